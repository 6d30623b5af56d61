// guard wraps what is to be wrapped in a window: the page's, and those of frames that have no page of their own.
const guarded = new WeakSet, tools = {lists, hash, isHeld, denial}
const enter = window => {
	try {
		if (!/^http/.test(window.location.protocol) && !guarded.has(window.Element))
			guard(window)
	} catch {}
	return window
}

function guard(window) {
	guarded.add(window.Element)
	const {document} = window
	const isHeld = (url, type) => held(url, type, document.baseURI)
	const each = (of, names, before, part) => {
		for (const type of of.split(" "))
			for (const name of names.split(" "))
				wrap(window[type] && window[type].prototype, name, before, part)
	}

	for (const name of Object.getOwnPropertyNames(window))
		if (/^(HTML|SVG)\w*Element$/.test(name))
			for (const property of ["src", "srcset", "href", "data", "poster", "ping", "srcdoc", "imageSrcset"]) {
				const attr = property.toLowerCase()
				each(name, property, (args, element) => put(element, attr, args, 0), "set")
				each(name, property, (args, element) => {
					const value = (kept.get(element) || {})[attr]
					return value != null && (() => /set|doc|ping/.test(attr) ? value : new URL(value, element.baseURI).href)
				}, "get")
			}
	each("Element", "setAttribute", (args, element) => put(element, args[0], args, 1))
	each("Element", "setAttributeNS", (args, element) => put(element, args[1], args, 2))
	const attach = ([attr], element) => {
		const args = [attr.value]
		put(element, attr.name, args, 0)
		if (args[0] !== attr.value)
			attr.value = args[0]
	}
	each("Element", "setAttributeNode setAttributeNodeNS", attach)
	const value = (args, node) => node.ownerElement ? put(node.ownerElement, node.name, args, 0) : node.localName == "style" && style(0)(args)
	each("Attr", "value", value, "set")
	each("Node", "nodeValue textContent", value, "set")
	each("Element", "getAttribute", ([name], element) => {
		const value = (kept.get(element) || {})[name]
		return value != null && (() => value)
	})
	each("Element", "removeAttribute", ([name], element) => {
		delete (kept.get(element) || {})[name]
	})

	// Nodes of other documents have been made where nobody looks.
	const visit = frame => frame.contentWindow
	const insert = (args, self) => {
		if (self.localName == "style")
			args.forEach((node, at) => {
				if (node.data)
					node.data = css(node.data, document.baseURI)
				else if (!node.nodeType)
					style(at)(args)
			})
		const frames = args.flatMap(node => node.firstElementChild || node.ownerDocument != document || /^(link|s\w+|i?frame)$/.test(node.localName) ?
			clean(node, node.ownerDocument != document) : [])
		return frames[0] && (go => {
			const result = go()
			frames.forEach(visit)
			return result
		})
	}
	each("Node", "appendChild insertBefore replaceChild", insert)
	each("Element Document DocumentFragment", "append prepend replaceChildren moveBefore", insert)
	each("Element CharacterData DocumentType", "before after replaceWith", insert)
	each("Element", "insertAdjacentElement", ([, node], self) => insert([node], self))
	each("Range", "insertNode surroundContents", insert)
	each("Document", "importNode adoptNode", ([node]) => {
		clean(node, true)
	})
	// A frame that the parser makes can be reached through the window, without anybody asking the element.
	new MutationObserver(() => Array.from(window, enter)).observe(document, {childList: 1, subtree: 1})
	const hosts = "HTMLIFrameElement HTMLFrameElement HTMLObjectElement"
	each(hosts, "contentWindow", () => go => enter(go()), "get")
	each(hosts, "contentDocument", () => go => {
		const document = go()
		if (document)
			enter(document.defaultView)
		return document
	}, "get")

	// Markup.
	const markup = (args, node) => {
		if (/^(style|script)$/.test(node.localName))
			return node.localName == "style" && style(0)(args)
		putHTML(args, 0)
		return go => {
			go()
			clean(node).forEach(visit)
		}
	}
	each("Element ShadowRoot", "innerHTML outerHTML", markup, "set")
	each("Element ShadowRoot", "setHTMLUnsafe", markup)
	each("Element", "insertAdjacentHTML", (args, node) => {
		putHTML(args, 1)
		return go => {
			go()
			clean(node.parentNode || node).forEach(visit)
		}
	})
	each("Range", "createContextualFragment", args => putHTML(args, 0))
	// A tag waits until all of it is written, since none can be judged by its beginning.
	let begun = ""
	each("Document", "write writeln", args => {
		const text = args.join(""), all = begun + text, whole = all.replace(open, ""), now = html(whole)
		begun = all.slice(whole.length)
		if (now !== text)
			args.splice(0, args.length, trust(now, "createHTML"))
	})

	// Styles.
	const style = at => args => {
		args[at] = css(String(args[at]), document.baseURI)
	}
	each("CSSStyleDeclaration", "cssText", style(0), "set")
	each("CSSStyleDeclaration", "setProperty", style(1))
	each("CSSStyleSheet", "insertRule replace replaceSync", style(0))

	// Requests. What is held goes to a port that no browser connects to, so the browser itself says that it failed.
	const lead = (at, type, scheme = "https") => args => {
		if (isHeld(args[at], type))
			args[at] = scheme + unreachable
	}
	const worker = args => {
		if (isHeld(args[0], script)) {
			const url = URL.createObjectURL(new Blob)
			URL.revokeObjectURL(url)
			args[0] = trust(url, "createScriptURL")
		}
	}
	wrap(window, "fetch", ([input]) => isHeld(input && input.url || input, xhr) && (() => window.Promise.reject(new window.TypeError("Failed to fetch"))))
	each("XMLHttpRequest", "open", lead(1, xhr))
	each("Navigator", "sendBeacon", ([url]) => isHeld(url, ping) && (() => true))
	wrap(window, "EventSource", lead(0, xhr))
	wrap(window, "WebTransport", lead(0, socket))
	wrap(window, "WebSocket", lead(0, socket, "wss"))
	wrap(window, "Worker", worker)
	wrap(window, "SharedWorker", worker)
	each("ServiceWorkerContainer", "register", worker)
	wrap(window, "Audio", lead(0, 512))

	// Cookies. What judges them comes beside the guard, where some are held.
	each("Document", "cookie", args => tools.cookie && tools.cookie(args) && (() => {}), "set")
	each("CookieStore", "set", args => tools.cookie && tools.cookie(args, true) && (() => window.Promise.resolve()))
}
guard(window)

// What comes with scripts of its own calls this once each.
if (+expected) {
	const name = Symbol.for("privet")
	let left = expected
	defineProperty(window, name, {configurable: true, value: part => {
		if (!--left)
			delete window[name]
		part(tools)
		document.currentScript.remove()
	}})
}
me.remove()
