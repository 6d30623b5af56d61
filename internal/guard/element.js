// What elements fetch. An attribute whose URL is held gets one that cannot be parsed, so the browser itself fires the
// error, at its time, and asks nobody; what the page set is kept for it to read. A link says nothing of such a URL, hence
// it gets one that no browser connects to.
const nowhere = "https://", unreachable = "://held.invalid:1", kept = new WeakMap
const native = (name, of = Element) => of.prototype[name]
const setAttribute = native("setAttribute")

// Types of requests have the bits of their Go names.
const script = 2, image = 4, stylesheet = 8, xhr = 32, ping = 128, socket = 256, any = 102
const types = {script, img: image, image, feimage: image, input: image, use: image, iframe: 64, frame: 64, link: any, source: 516, video: 512, audio: 512,
	track: 1, embed: 16, object: 16}
const loads = Object.keys(types) + ",style,[style],[ping]"

// What a link is for is told by its rel. Most kinds fetch nothing.
const kind = ({rel, as}) => /stylesheet/i.test(rel) ? stylesheet : /icon/i.test(rel) ? image : /module/i.test(rel) ? script :
	/pre(load|fetch|connect|render)|manifest/i.test(rel) ? {script, style: stylesheet, image, font: 1024, fetch: xhr}[as] || any : 0

// A style's URLs stand in url() or behind @import, and in strings, which may be something else as well, but no URL that is
// held. A scanner that looks ahead takes escapes for what they are not.
const escapes = /\\(?:([\da-f]{1,6})\s?|\r?\n|(.))/gi
const character = (all, code, other = "") => code ? String.fromCodePoint(Math.min("0x" + code, 1114111)) : other
const css = (text, base) => text.replace(/((?:@import\s+)?url\(\s*|@import\s+)([^"'\s)][^\s;)]*)|(["'])((?:\\[^]|(?!\3)[^\\\n])*)/gi, (all, before, bare, quote, quoted) => {
	const url = bare || quoted || ""
	return held(url.replace(escapes, character), 1036, base) || held(url, 1036, base) ? (before || quote) + nowhere : all
})

// mend gives the value that an attribute may have.
const mend = (element, attr, value, connecting, base = element.baseURI) => {
	const tag = element.localName
	let type = types[tag]
	if (attr == "style")
		return css(value, base)
	if (attr == "srcdoc")
		return html(value)
	if (attr == "ping")
		type = ping
	else if (!type || !/^((image)?src(set)?|(xlink:)?href|data|poster)$/.test(attr))
		return value
	if (tag == "link" && !(type = (connecting || element.isConnected) && kind(element)))
		return value
	if (/set$|ping/.test(attr))
		return value.split(attr == "ping" ? /\s+/ : /,\s+/).some(part => held(part.trim().split(/\s/)[0], type, base)) ? "" : value
	return held(value, attr == "poster" ? image : type, base) ? tag == "link" ? "https" + unreachable : nowhere : value
}

// put looks at an argument that an attribute is about to be set to.
const put = (element, attr, args, at, connecting) => {
	attr = attr.toLowerCase()
	const was = String(args[at]), now = mend(element, attr, was, connecting), keeps = kept.get(element) || {}
	was == nowhere || delete keeps[attr]
	if (now !== was) {
		args[at] = trust(now, attr == "srcdoc" ? "createHTML" : "createScriptURL")
		keeps[attr] = was
		kept.set(element, keeps)
	}
}

// clean mends what is in a tree, and gives the frames in it.
const clean = (node, all) => {
	if (!node || !node.querySelectorAll)
		return []
	const inside = selector => [...node.matches && node.matches(selector) ? [node] : [], ...node.firstElementChild ? node.querySelectorAll(selector) : []]
	for (const element of inside(all ? loads : "link,style,script")) {
		for (const {name, value} of [...element.attributes]) {
			const args = [value]
			put(element, name, args, 0, true)
			if (args[0] !== value)
				apply(setAttribute, element, [name, args[0]])
		}
		if (element.localName == "style") {
			const text = element.textContent, now = css(text, element.baseURI)
			if (now !== text)
				element.textContent = now
		}
	}
	return inside("iframe,frame")
}

// Markup in a string is mended tag by tag, each read by the browser's own parser, in a document that fetches nothing.
const template = document.createElement("template")
const setHTML = descriptor(Element.prototype, "innerHTML").set
const tags = /<(?:(?:script|img|image|i?frame|link|source|video|audio|track|embed|object|input)\b|\w[^>]*\s(?:style|ping)\s*=)(?:"[^"]*"|'[^']*'|[^'">])*>/gi
const open = /<\w(?:"[^"]*"|'[^']*'|[^'">])*("[^"]*|'[^']*)?$/
const html = text => text.replace(tags, tag => {
	apply(setHTML, template, [trust(tag, "createHTML")])
	const element = template.content.firstElementChild
	let changed
	for (const {name, value} of element ? [...element.attributes] : []) {
		const now = mend(element, name, value, true, document.baseURI)
		if (now !== value) {
			changed = true
			apply(setAttribute, element, [name, trust(now, "createScriptURL")])
		}
	}
	return changed ? element.outerHTML.replace(/<\/[^>]*>$/, "") : tag
})
const putHTML = (args, at) => {
	const was = String(args[at]), now = html(was)
	if (now !== was)
		args[at] = trust(now, "createHTML")
}
