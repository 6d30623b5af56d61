package filter

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
)

// grammar makes up documents.
type grammar struct {
	random   *rand.Rand
	host     string // of the tracker
	scripted bool   // documents have scripts that contact it
}

func (g *grammar) one(of ...string) string { return of[g.random.IntN(len(of))] }

func (g *grammar) chance(percent int) bool { return g.random.IntN(100) < percent }

// document has some pieces, of which one byte or more may then be another.
func (g *grammar) document(host string) string {
	g.host = host
	var b strings.Builder
	if g.chance(70) {
		b.WriteString(g.one("<!doctype html>", "<!DOCTYPE HTML PUBLIC \"\">", "<html>", "<body>", "<head>", "<!--x-->", "<?xml version=1.0?>", "\uFEFF"))
	}
	for range 1 + g.random.IntN(4) {
		b.WriteString(g.piece(1 + g.random.IntN(3)))
	}
	return g.mutated(b.String())
}

// sheet is a style sheet of some rules, of which one byte or more may then be another.
func (g *grammar) sheet(host string) string {
	g.host = host
	var b strings.Builder
	for g.chance(40) {
		b.WriteString(g.one("@charset \"utf-8\";", "@import 'a.css';", "/*x*/", "\uFEFF", "@layer a;", "@namespace 'x';", "a{}", "<!--", "@import url(b.css) screen;") + g.one("", " ", "\n"))
	}
	for range 1 + g.random.IntN(4) {
		switch styled := g.styled(); {
		case strings.ContainsAny(styled[:1], "@}*a/<"):
			b.WriteString(styled)
		default:
			b.WriteString(g.one("*{", "p{color:red;", "@media all{p{", "p{&.a{", "@supports (a:b){} p{", "@layer x{p{", "@font-face{font-family:x;src:url(x);") + styled + g.one("}", "}}", ";}", "", "}/*", "!important}"))
		}
	}
	return g.mutated(b.String())
}

// mutated changes some bytes of a text.
func (g *grammar) mutated(whole string) string {
	text := []byte(whole)
	for g.chance(35) && len(text) > 0 {
		at := g.random.IntN(len(text))
		switch g.random.IntN(4) {
		case 0:
			text = append(text[:at:at], text[at+1:]...)
		case 1:
			text[at] = "<>/\"'`= \t\n\f\r!-?&;\x00]["[g.random.IntN(20)]
		case 2:
			text = append(text[:at:at], append([]byte(g.one("<", ">", "\"", "'", "-->", "--!>", "<!--", "]]>", "\x00", "</", "/>", "&", " ", "<![CDATA[")), text[at:]...)...)
		default:
			text = text[:at]
		}
	}
	return string(text)
}

// piece is some markup, with others within it to a depth.
func (g *grammar) piece(depth int) string {
	if depth == 0 {
		return g.one("x", g.fetching(), g.fetching())
	}
	inner := ""
	for range g.random.IntN(3) {
		inner += g.piece(depth - 1)
	}
	switch g.random.IntN(14) {
	case 0, 1, 2, 3:
		return g.fetching() + inner
	case 4:
		name := g.one("div", "p", "svg", "math", "table", "tr", "td", "select", "option", "template", "noscript", "style", "script", "textarea", "title",
			"iframe", "xmp", "noembed", "noframes", "frameset", "object", "foreignObject", "desc", "mi", "mtext", "annotation-xml", "head", "body", "form",
			"button", "a", "b", "caption", "colgroup", "details", "video", "audio", "picture", "ruby", "marquee", "plaintext", "listing", "pre", "image",
			"svg><style", "svg><script", "svg><title", "svg><desc", "math><mtext", "svg><a", "svg><foreignObject", "math><annotation-xml encoding=text/html")
		closing := name
		if first, second, two := strings.Cut(name, "><"); two {
			second, _, _ = strings.Cut(second, " ")
			closing = second + "></" + first
		}
		if g.chance(15) {
			return "<" + g.cased(name) + g.attributes() + ">" + inner
		}
		return "<" + g.cased(name) + g.attributes() + g.one(">", ">", ">", "/>", " >", "\n>") + inner + "</" + g.cased(closing) + g.one(">", ">", " >", " x>", "/>")
	case 5:
		return g.one("<!--", "<!-->", "<!--->", "<!", "<?", "</ ", "</>", "<!--x--!>", "<![CDATA[", "<!--<!--") + inner + g.one("-->", ">", "--!>", "]]>", "?>", "--", "")
	case 6:
		return "<script>" + g.one("<!--", "<!--<script>", "<!-- <script", "//<!--", "") + inner + g.one("</script>", "--></script>", "</script></script>", "</script ", "</SCRIPT>")
	case 7:
		return "<style>" + g.one("", "a{", "@media x{", "<!--", "/*", "@import 'a';") + g.styled() + inner + g.one("</style>", "}</style>", "*/</style>", "</style x>")
	case 8:
		if g.scripted { // in a frame within such a frame, scripts are judged by their text alone
			return "<iframe srcdoc=" + g.quoted("<script>"+g.script()+"</script>") + "></iframe>"
		}
		return "<iframe srcdoc=" + g.quoted(inner+g.fetching()) + "></iframe>"
	case 9:
		return "<noscript>" + inner + g.one("</noscript>", "<p title='</noscript>'>", "<!--</noscript>-->", "<style></noscript></style>", "")
	case 10:
		return "<" + g.one("textarea", "title", "xmp", "iframe", "noembed", "noframes", "style", "script type=text/x", "template") + ">" + inner
	case 11:
		return "<base href=" + g.quoted(g.url()) + ">" + "<img src=" + g.one("x.png", "/x.png", "'a b'") + ">" + inner
	case 12:
		return "<svg>" + g.one("<style>", "<title>", "<desc>", "<foreignObject>", "<![CDATA[", "<g>", "<script>") + inner + g.one("</svg>", "</style></svg>", "]]></svg>", "<p>", "<br>", "<font color=x>", "</p>")
	default:
		return "<math>" + g.one("<mtext>", "<mi>", "<annotation-xml encoding='text/html'>", "<annotation-xml>", "<mglyph>", "<![CDATA[", "<style>") + inner + g.one("</math>", "<p>", "</mtext></math>", "]]></math>")
	}
}

// fetching is a tag by which a browser fetches something of the tracker, as far as it is one.
func (g *grammar) fetching() string {
	if g.scripted && g.chance(40) {
		return g.running()
	}
	name, attribute := "img", "src"
	switch g.random.IntN(16) {
	case 0, 1, 2:
	case 3:
		name, attribute = "script", "src"
	case 4:
		name, attribute = "link rel="+g.one("stylesheet", "preload as=image", "prefetch", "preconnect", "icon", "'x stylesheet'", "modulepreload", "dns-prefetch", "'STYLESHEET alternate'", "manifest", "'&#115;tylesheet'"), "href"
	case 5:
		name, attribute = g.one("iframe", "embed", "video", "audio", "source", "frame", "track", "input type=image", "input type='&#105;mage'", "IMAGE"), "src"
	case 6:
		name, attribute = g.one("video", "svg><video"), "poster"
	case 7:
		name, attribute = "object", "data"
	case 8:
		name, attribute = g.one("body", "table", "td", "tr", "html", "div"), "background"
	case 9:
		name, attribute = g.one("svg><image", "svg><use", "svg><feImage", "svg><script", "image"), g.one("href", "xlink:href")
	case 10:
		return "<meta http-equiv=" + g.one("refresh", "'refresh'", "Refresh", "'re&#102;resh'") + " content=" + g.quoted(g.one("0;url=", "0; URL='", "0,", "0 ", "0;", "0;url =")+g.url()) + ">"
	case 11:
		return "<img" + g.attributes() + " srcset=" + g.quoted(g.one("", "a.png 1x, ", ",")+g.url()+g.one("", " 1x", " 2x, b.png", ",")) + ">"
	case 12:
		return "<" + g.one("div", "p", "svg", "body", "td", "span") + " style=" + g.quoted(g.styled()) + ">x"
	case 13:
		return "<link rel=preload as=image imagesrcset=" + g.quoted(g.url()+g.one("", " 1x")) + ">"
	case 14:
		return "<picture><source srcset=" + g.quoted(g.url()) + "><img src=x></picture>"
	default:
		name, attribute = g.one("img", "iframe", "script", "x"), "src"
	}
	return "<" + g.cased(name) + g.attributes() + g.one(" ", "\n", "/", "\t", " /", "\f", "  ") + g.cased(attribute) + g.one("=", "=", " = ", "\n=") + g.quoted(g.url()) +
		g.attributes() + g.one(">", ">", " >", "/>", " />", "\n>", ">x</"+strings.Fields(name)[0]+">")
}

// running is markup whose script contacts the tracker.
func (g *grammar) running() string {
	script := g.script()
	switch g.random.IntN(9) {
	case 0, 1, 2:
		return g.one("<script>", "<script>", "<SCRIPT type=module>", "<script type='text/javascript' >", "<script language=javascript>", "<script/x>", "<svg><script>") + script +
			g.one("</script>", "</script >", "</SCRIPT/>", "\n//</script>")
	case 3:
		return "<img src=x.png" + g.attributes() + " onerror=" + g.quoted(script) + ">"
	case 4:
		return "<" + g.one("svg", "body", "iframe src=/x", "style", "link rel=stylesheet href=/x.css") + g.one(" onload=", " ONLOAD = ", "/onload=") + g.quoted(script) + g.one(">", "/>", "></style>")
	case 5:
		return "<iframe srcdoc=" + g.quoted("<script>"+script+"</script>") + "></iframe>"
	case 6:
		return "<iframe src=" + g.quoted(g.one("javascript:", "JavaScript:", "java\nscript:", " javascript://x\n")+script) + "></iframe>"
	case 7:
		return "<" + g.one("details open ontoggle=", "input autofocus onfocus=", "video src=x.mp4 onerror=", "object data=x onerror=", "script src=x.js onerror=", "marquee onstart=") + g.quoted(script) + ">"
	default:
		return "<" + g.one("noscript", "template", "textarea", "title", "xmp", "svg", "math", "select", "table") + "><script>" + g.one("", "<!--", "/*</script>*/") + script + "</script>"
	}
}

// script contacts the tracker in one of the ways there are.
func (g *grammar) script() string {
	url := "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'", "\n", "\\n", "\r", "\\r", "/", g.one("/", "/", "\\/", "\\x2f")).Replace(g.url()) + "'"
	return strings.ReplaceAll(g.one(
		"new Image().src=URL", "new Image().srcset=URL", "fetch(URL)", "fetch(new Request(URL))", "navigator.sendBeacon(URL)", "var r=new XMLHttpRequest;r.open('GET',URL);r.send()",
		"document.write('<img src=\"'+URL+'\">')", "document.write('<im');document.write('g src=\"'+URL+'\">')", "document.documentElement.insertAdjacentHTML('beforeend','<img src=\"'+URL+'\">')",
		"var s=document.createElement('script');s.src=URL;document.documentElement.append(s)", "var s=document.createElement('iframe');s.src=URL;document.documentElement.append(s)",
		"var s=document.createElement('img');s.setAttribute('src',URL)", "document.createElement('div').innerHTML='<img src=\"'+URL+'\">'", "new EventSource(URL)",
		"var s=document.createElement('link');s.rel='stylesheet';s.href=URL;document.documentElement.append(s)", "var s=document.createElement('iframe');s.srcdoc='<img src=\"'+URL+'\">';document.documentElement.append(s)",
		"var s=document.createElement('style');s.textContent='@import \"'+URL+'\"';document.documentElement.append(s)", "document.documentElement.style.cssText='background:url(\"'+URL+'\")'",
		"var s=document.createElement('iframe');document.documentElement.append(s);s.contentWindow.fetch(URL)", "new Audio(URL)", "new FontFace('a','url(\"'+URL+'\")').family",
		"document.createRange().createContextualFragment('<img src=\"'+URL+'\">')", "new DOMParser().parseFromString('<img src=\"'+URL+'\">','text/html');0",
		"var s=document.createElement('object');s.data=URL;document.documentElement.append(s)", "var s=document.createElement('video');s.poster=URL", "try{new Worker(URL)}catch(e){}",
		"setTimeout(function(){new Image().src=URL})", "setTimeout('new Image().src='+JSON.stringify(URL))", "var s=document.createElementNS('http://www.w3.org/2000/svg','image');s.setAttribute('href',URL);document.documentElement.append(s)",
	), "URL", url)
}

func (g *grammar) attributes() string {
	var b strings.Builder
	for g.chance(25) {
		b.WriteString(g.one(" a", " a=b", ` a="b>"`, " a='<'", " =", ` "`, " '", " a=b\"c", " src", " src=x.png", " /", " title='</title>'", " a=`b`", " x=\"-->\"", " style", " class=a", " rel", " data-x='https://x/'", " type", " a = b"))
	}
	return b.String()
}

// styled is CSS that fetches something of the tracker.
func (g *grammar) styled() string {
	url := g.url()
	switch g.random.IntN(8) {
	case 0:
		return "background:url(" + url + ")"
	case 1:
		return "background:url( '" + url + "' )"
	case 2:
		return g.one("@import '", "@import url(", "@IMPORT \"", "@\\69mport '") + url + g.one("';", ");", "\";", "")
	case 3:
		return "a{}*{background:" + g.one("u\\72l(", "URL(", "\\75rl(", "url(/**/", "image-set('", "-webkit-image-set(url(", "image-set(\"") + url + g.one(")", "')", "') 1x)", "\" 1x)", ") 1x)") + "}"
	case 4:
		return "*{content:url(\"" + url + "\")}"
	case 5:
		return "}*{background:url(" + g.one("x.png),url(", "\n", "\\2f\\2f") + url + ")}"
	case 6:
		return "*{cursor:url(" + url + "),auto;list-style:url('" + url + "')}"
	default:
		return "--a:url(" + url + ");background:var(--a)"
	}
}

// url leads to the tracker, as the URL standard reads it.
func (g *grammar) url() string {
	host := g.host
	switch g.random.IntN(12) {
	case 0:
		host = strings.ToUpper(host)
	case 1:
		host = strings.Replace(host, "tracker", g.one("%74racker", "ｔracker", "trac%6Ber", "tra\tcker", "tra\ncker", "trac\u00ADker"), 1)
	case 2:
		host = strings.Replace(host, ".example", g.one("。example", "．example", "%2Eexample", ".example.", ".EXAMPLE"), 1)
	case 3:
		host = g.one("a@", "a:b@", "site.example@", ":@") + host
	case 4:
		host += g.one(":80", ":8080", ":", ":0443")
	}
	start := g.one("http://", "http://", "//", "https://", "//", "http:\\\\", "\\\\", "/\\", "https:", "HTTP://", " http://", "\thttp://", "ht\ntp://", "http:////", "///", "http:/", "\x01http://", "/\t/", "\\/")
	if strings.HasPrefix(start, "http:") && !strings.Contains(start, "//") && !strings.Contains(start, "\\\\") {
		start = "https:" // one slash leads nowhere else only from another scheme
	}
	return start + host + g.one("", "/", "/x", "?x", "#x", "/a/b.png?c=d&amp;e=f", "\\x")
}

// quoted writes an attribute's value in one of the ways there are, with some of its characters as references.
func (g *grammar) quoted(value string) string {
	var b strings.Builder
	for _, c := range value {
		switch {
		case g.chance(4):
			b.WriteString(g.reference(c))
		default:
			b.WriteRune(c)
		}
	}
	text := b.String()
	switch g.random.IntN(4) {
	case 0, 1:
		return `"` + strings.ReplaceAll(text, `"`, "&quot;") + `"`
	case 2:
		return `'` + strings.ReplaceAll(text, `'`, "&#39;") + `'`
	default:
		if strings.ContainsAny(text, " \t\n\f\r>\"'`=<") || text == "" {
			return `"` + html.EscapeString(text) + `"`
		}
		return text
	}
}

func (g *grammar) reference(c rune) string {
	switch {
	case c == ':' && g.chance(50):
		return "&colon;"
	case c == '/' && g.chance(50):
		return "&sol;"
	case c == '.' && g.chance(50):
		return "&period;"
	case c == '\n' && g.chance(50):
		return "&NewLine;"
	}
	return fmt.Sprintf(g.one("&#%d;", "&#x%x;", "&#X%X;", "&#0%d;"), c)
}

// cased writes a name in capitals or not.
func (g *grammar) cased(name string) string {
	if g.chance(15) {
		return strings.ToUpper(name)
	}
	return name
}
