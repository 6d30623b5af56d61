// guard wraps what is to be wrapped in a window: the page's, and those of frames that have no page of their own.
const guarded = new WeakSet
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
				const attribute = property.toLowerCase()
				each(name, property, (args, element) => put(element, attribute, args, 0), "set")
				each(name, property, (args, element) => {
					const value = (kept.get(element) || {})[attribute]
					return value != null && (() => /set|doc|ping/.test(attribute) ? value : new URL(value, element.baseURI).href)
				}, "get")
			}
	each("Element", "setAttribute", (args, element) => put(element, args[0], args, 1))
	each("Element", "setAttributeNS", (args, element) => put(element, args[1], args, 2))
	// A map of attributes does not say whose it is.
	const attach = ([attribute], element) => {
		const args = [attribute.value]
		put(element.nodeType ? element : {localName: attribute.name == "src" ? "script" : "", baseURI: document.baseURI}, attribute.name, args, 0)
		if (args[0] !== attribute.value)
			attribute.value = args[0]
	}
	each("Element", "setAttributeNode setAttributeNodeNS", attach)
	each("NamedNodeMap", "setNamedItem setNamedItemNS", attach)
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
		const frames = args.flatMap(node => node.firstElementChild || node.ownerDocument != document || /^(link|style|i?frame)$/.test(node.localName) ?
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
	const embedders = "HTMLIFrameElement HTMLFrameElement HTMLObjectElement"
	each(embedders, "contentWindow", () => go => enter(go()), "get")
	each(embedders, "contentDocument", () => go => {
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
	each("Document", "write writeln", args => {
		const all = [args.join("")]
		putHTML(all, 0)
		if (all[0] !== args.join(""))
			args.splice(0, args.length, all[0])
	})

	// Styles.
	const style = at => args => {
		args[at] = css(String(args[at]), document.baseURI)
	}
	each("CSSStyleDeclaration", "cssText", style(0), "set")
	each("CSSStyleDeclaration", "setProperty", style(1))
	each("CSSStyleSheet", "insertRule replace replaceSync", style(0))

	// Requests. What is held goes to a port that no browser connects to, so the browser itself says that it failed.
	const redirect = (at, type, scheme = "https") => args => {
		if (isHeld(args[at], type))
			args[at] = scheme + unreachable
	}
	const worker = args => {
		if (isHeld(args[0], script)) {
			const url = URL.createObjectURL(new Blob)
			URL.revokeObjectURL(url)
			args[0] = trusted(url, "createScriptURL")
		}
	}
	wrap(window, "fetch", ([input]) => isHeld(input && input.url || input, xhr) && (() => window.Promise.reject(new window.TypeError("Failed to fetch"))))
	each("XMLHttpRequest", "open", redirect(1, xhr))
	each("Navigator", "sendBeacon", ([url]) => isHeld(url, ping) && (() => true))
	wrap(window, "EventSource", redirect(0, xhr))
	wrap(window, "WebTransport", redirect(0, socket))
	wrap(window, "WebSocket", redirect(0, socket, "wss"))
	wrap(window, "Worker", worker)
	wrap(window, "SharedWorker", worker)
	each("ServiceWorkerContainer", "register", worker)
	wrap(window, "Audio", args => isHeld(args[0], 512) && (go => {
		const [url] = args.splice(0), audio = go()
		audio.src = url
		return audio
	}))

	// Cookies.
	each("Document", "cookie", ([text]) => cookieHeld(String(text)) && (() => {}), "set")
	each("CookieStore", "set", ([name]) => cookieHeld((name.name || name) + "=") && (() => window.Promise.resolve()))
}
guard(window)

// What comes with scripts of its own calls this once each.
if (+expected) {
	const name = Symbol.for("privet"), tools = {lists, hash, isHeld, denial}
	let left = expected
	defineProperty(window, name, {configurable: true, value: part => {
		if (!--left)
			delete window[name]
		part(tools)
		document.currentScript.remove()
	}})
}
me.remove()
