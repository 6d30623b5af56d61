package guard

// elements are what fetches by an attribute, and ways to set one.
var elements = []trial{
	{"script", "x.js", `const e = make('script', {src: url}), got = e.src == url; document.head.append(e)
		return [await first(e, 'load', 'error'), got, e.src == url]`, "error,true,true", "load,true,true"},
	{"script appended first", "x.js", "const e = make('script'); document.head.appendChild(e); e.setAttribute('src', url); return [await first(e, 'load', 'error'), e.getAttribute('src') == url]", "error,true", "load,true"},
	{"script with text", "x.js", "const e = make('script', {src: url, text: 'errors.push(1)'}); document.head.append(e); return first(e, 'load', 'error')", "error", "load"},
	{"script attribute node", "x.js", `const e = make('script'), a = document.createAttribute('src'); a.value = url; e.setAttributeNode(a); document.head.append(e)
		return first(e, 'load', 'error')`, "error", "load"},
	{"script value of an attribute", "x.js", "const e = make('script'); e.setAttribute('src', ''); e.getAttributeNode('src').value = url; document.head.append(e); return first(e, 'load', 'error')", "error", "load"},
	{"script node value of an attribute", "x.js", "const e = make('script'); e.setAttribute('src', ''); e.attributes[0].nodeValue = url; document.head.append(e); return first(e, 'load', 'error')", "error", "load"},
	{"script named item", "x.js", `const e = make('script'), a = document.createAttribute('src'); a.value = url; e.attributes.setNamedItem(a); document.head.append(e)
		return first(e, 'load', 'error')`, "error", "load"},
	{"script in SVG", "x.js", `const e = document.createElementNS('http://www.w3.org/2000/svg', 'script'); e.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', url)
		document.body.append(e); return first(e, 'load', 'error')`, "error", "load"},
	{"module", "x.js", "const e = make('script', {type: 'module', src: url}); document.head.append(e); return first(e, 'load', 'error')", "error", "load"},
	{"image", "x.svg", "const e = new Image; e.src = url; return [await first(e, 'load', 'error'), e.src == url]", "error,true", "load,true"},
	{"image with onerror", "x.svg", "const e = new Image; const done = new Promise(r => { e.onerror = e.onload = e => r(e.type) }); e.src = url; return done", "error", "load"},
	{"image srcset", "x.svg", "const e = new Image; e.srcset = url + ' 1x, ' + url + ' 2x'; await wait(50); return e.srcset == url + ' 1x, ' + url + ' 2x'", "true", "true"},
	{"image set anew", "x.svg", "const e = new Image; e.src = 'http://free.test/before.svg'; e.src = url; await first(e, 'load', 'error'); return e.getAttribute('src') == url", "true", "true"},
	{"picture", "x.svg", "const p = make('picture'), e = new Image; p.append(make('source', {srcset: url}), e); e.src = 'data:,'; await wait(50); return ''", "", ""},
	{"image input", "x.svg", "const e = make('input', {type: 'image'}); document.body.append(e); e.src = url; return first(e, 'load', 'error')", "error", "load"},
	{"image in SVG", "x.svg", `const s = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), e = document.createElementNS('http://www.w3.org/2000/svg', 'image')
		s.append(e); document.body.append(s); e.setAttribute('href', url); await wait(50); return ''`, "", ""},
	{"iframe", "x.html", "const e = make('iframe', {src: url}); document.body.append(e); return [await first(e, 'load', 'error'), e.src == url]", "load,true", "load,true"},
	{"stylesheet", "x.css", "const e = make('link', {rel: 'stylesheet', href: url}); document.head.append(e); return [await first(e, 'load', 'error'), e.href == url]", "error,true", "load,true"},
	{"stylesheet in place", "x.css", "const e = make('link', {rel: 'stylesheet'}); document.head.append(e); e.href = url; return first(e, 'load', 'error')", "error", "load"},
	{"preload", "x.js", "const e = make('link', {rel: 'preload', as: 'script', href: url}); document.head.append(e); return first(e, 'load', 'error')", "error", "load"},
	{"prefetch", "x.js", "const e = make('link', {rel: 'prefetch', href: url}); document.head.append(e); await first(e, 'load', 'error'); return ''", "", ""},
	{"video", "x", "const e = make('video', {preload: 'auto'}); e.src = url; return first(e, 'error')", "error", "error"},
	{"poster", "x.svg", "const e = make('video', {poster: url}); document.body.append(e); await wait(50); return e.poster == url", "true", "true"},
	{"source", "x", "const v = make('video', {preload: 'auto'}), e = make('source', {src: url}); v.append(e); document.body.append(v); return first(e, 'error')", "error", "error"},
	{"Audio", "x", "const e = new Audio(url); return [await first(e, 'error'), e instanceof Audio]", "error,true", "error,true"},
	{"track", "x", `const v = make('video'), e = make('track', {src: url, default: true}); v.append(e); document.body.append(v); v.crossOrigin = ''
		await wait(200); return ''`, "", ""},
	{"object", "x.svg", "const e = make('object', {data: url}), event = first(e, 'load', 'error'); document.body.append(e); return [await event, e.data == url]", "error,true", "load,true"},
	{"embed", "x.svg", "const e = make('embed', {src: url}); document.body.append(e); await first(e, 'load'); return e.src == url", "true", "true"},
	{"ping", "x", "const f = make('iframe', {name: 'f'}), e = make('a', {href: '/b.html', target: 'f', ping: url}); document.body.append(f, e); e.click(); await wait(100); return e.ping == url", "true", "true"},
	{"style attribute", "x.svg", "const e = make('div', {textContent: 'x'}); document.body.append(e); e.setAttribute('style', `background: url(${url})`); await wait(100); return ''", "", ""},
	{"style text", "x.svg", "const e = make('div', {textContent: 'x'}); document.body.append(e); e.style.cssText = `background: url('${url}')`; await wait(100); return ''", "", ""},
	{"style property", "x.svg", "const e = make('div', {textContent: 'x'}); document.body.append(e); e.style.setProperty('background', `url(${url})`); await wait(100); return ''", "", ""},
	{"style sheet", "x.svg", "const e = make('style', {textContent: `body { background: url(${url}) }`}); document.head.append(e); await wait(100); e.remove(); return ''", "", ""},
	{"style sheet in place", "x.svg", "const e = make('style'); document.head.append(e); e.textContent = `body { background: url(${url}) }`; await wait(100); e.remove(); return ''", "", ""},
	{"style sheet by a text", "x.svg", "const e = make('style'); document.head.append(e); e.append(`body { background: url(${url}) }`); await wait(100); e.remove(); return ''", "", ""},
	{"style sheet by markup", "x.svg", "const e = make('style'); document.head.append(e); e.innerHTML = `body { background: url(${url}) }`; await wait(100); e.remove(); return ''", "", ""},
	{"style rule", "x.svg", `const e = make('style'); document.head.append(e); e.sheet.insertRule("body { background: url('" + url + "') }"); await wait(100); e.remove(); return ''`, "", ""},
	{"style import", "x.css", "const e = make('style', {textContent: `@import '${url}';`}); document.head.append(e); await wait(100); e.remove(); return ''", "", ""},
	{"style constructed", "x.svg", "const s = new CSSStyleSheet; s.replaceSync(`body { background: url(${url}) }`); document.adoptedStyleSheets = [s]; await wait(100); document.adoptedStyleSheets = []; return ''", "", ""},
}

// markups are ways to make elements of a string.
var markups = []trial{
	{"innerHTML", "x.svg", "box.innerHTML = `<p>before<img src=\"${url}\">after`; await wait(50); return box.textContent", "beforeafter", "beforeafter"},
	{"innerHTML without a scheme", "x.svg", "box.innerHTML = `before<img src='${url.slice(5)}'>`; await wait(50); return box.textContent", "before", "before"},
	{"innerHTML escaped", "x.svg", "box.innerHTML = `<img alt='>' src='${url.replace(/\\//g, '&#47;')}' style='color: red'>`; await wait(50); return box.firstChild.alt + box.firstChild.style.color", ">red", ">red"},
	{"innerHTML srcset", "x.svg", "box.innerHTML = `<img srcset='${url} 1x'>`; await wait(50); return box.children.length", "1", "1"},
	{"innerHTML style", "x.svg", "box.innerHTML = `<p style=\"background: url('${url}')\">x`; await wait(50); return ''", "", ""},
	{"innerHTML style element", "x.svg", "box.innerHTML = `<style>body { background: url('${url}') }</style>x`; await wait(100); box.innerHTML = ''; return ''", "", ""},
	{"innerHTML iframe", "x.html", "box.innerHTML = `<iframe src='${url}'></iframe><b>b</b>`; await wait(100); return box.lastChild.localName", "b", "b"},
	{"innerHTML link", "x.css", "box.innerHTML = `<link rel=stylesheet href='${url}'>`; await wait(100); return ''", "", ""},
	{"outerHTML", "x.svg", "box.append(make('i')); box.lastChild.outerHTML = `<img src='${url}'>`; await wait(50); return box.lastChild.localName", "img", "img"},
	{"insertAdjacentHTML", "x.svg", "box.insertAdjacentHTML('beforeend', `<img src='${url}'>`); await wait(50); return box.lastChild.localName", "img", "img"},
	{"setHTMLUnsafe", "x.svg", "box.setHTMLUnsafe(`<img src='${url}'>`); await wait(50); return ''", "", ""},
	{"shadow", "x.svg", "const e = make('div'); box.append(e); e.attachShadow({mode: 'open'}).innerHTML = `<img src='${url}'>`; await wait(50); return ''", "", ""},
	{"fragment", "x.js", "box.append(document.createRange().createContextualFragment(`<script src='${url}'></script>`)); await wait(100); return ''", "", ""},
	{"template", "x.svg", "const e = make('template'); e.innerHTML = `<img src='${url}'>`; box.append(e.content.cloneNode(true)); await wait(50); return ''", "", ""},
	{"template imported", "x.svg", "const e = make('template'); e.innerHTML = `<div><img src='${url}'></div>`; document.importNode(e.content, true); await wait(50); return ''", "", ""},
	{"DOMParser", "x.svg", "const d = new DOMParser().parseFromString(`<img src='${url}'>`, 'text/html'); box.append(...d.body.childNodes); await wait(50); return ''", "", ""},
	{"DOMParser script", "x.js", `const d = document.implementation.createHTMLDocument(''), e = d.createElement('script'); e.src = url; box.append(e)
		return first(e, 'load', 'error')`, "error", "load"},
	{"clone", "x.js", "const e = make('script', {src: url}).cloneNode(true); box.append(e); return first(e, 'load', 'error')", "error", "load"},
	{"srcdoc", "x.svg", "const e = make('iframe'); e.srcdoc = `<img src='${url}'>`; box.append(e); await first(e, 'load'); await wait(50); return e.srcdoc.includes(url)", "true", "true"},
	{"script in srcdoc", "x", "const e = make('iframe'); e.srcdoc = `<!DOCTYPE html><title>t</title><script>parent.answered = fetch('${url}').then(r => r.text(), e => e.message)</script>`; box.append(e); await first(e, 'load'); return [await answered, e.contentDocument.compatMode, e.contentDocument.title]", "Failed to fetch,CSS1Compat,t", "text,CSS1Compat,t"},
	{"script in srcdoc by markup", "x", "box.innerHTML = `<iframe srcdoc=\"<script>parent.answered = fetch('${url}').then(r => r.text(), e => e.message)</script>\"></iframe>`; await first(box.firstChild, 'load'); return answered", "Failed to fetch", "text"},
	{"blank frame", "x", "const e = make('iframe'); box.append(e); return e.contentWindow.fetch(url).then(r => r.text(), e => e.message)", "Failed to fetch", "text"},
	{"document of a blank frame", "x.svg", "const e = make('iframe'); box.append(e); const d = e.contentDocument; d.body.append(Object.assign(d.createElement('img'), {src: url})); await wait(50); return ''", "", ""},
	{"blank frame by number", "x", "box.innerHTML = '<iframe></iframe>'; return frames[frames.length - 1].fetch(url).then(r => r.text(), e => e.message)", "Failed to fetch", "text"},
	{"blank frame written to", "x.svg", "const e = make('iframe'); box.append(e); const d = e.contentDocument; d.open(); d.write(`<img src='${url}'>`); d.close(); await wait(50); return ''", "", ""},
	{"script of a blank frame", "x", "const e = make('iframe'); box.append(e); const d = e.contentDocument; d.write(`<script>parent.answer = fetch('${url}').then(r => r.text(), e => e.message)</script>`); return answer", "Failed to fetch", "text"},
}
