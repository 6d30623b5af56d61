// How functions of the browser are wrapped: a proxy keeps name, length, prototype and what toString gives. before gets the
// arguments, which it may change, and may give a function that answers in place of the native one, which that gets as go.
// Whatever goes wrong here, the page gets what it asked for.
const {apply, construct, getOwnPropertyDescriptor: descriptor, defineProperty} = Reflect
const wrap = (object, name, before, part = "value") => {
	const was = object && descriptor(object, name)
	const native = was && was[part]
	if (!native || !was.configurable)
		return
	const answer = (args, self, go) => {
		let instead
		try {
			instead = before(args, self)
		} catch {}
		return instead ? instead(go) : go()
	}
	was[part] = new Proxy(native, {
		apply: (native, self, args) => answer(args, self, () => apply(native, self, args)),
		construct: (native, args, made) => answer(args, made, () => construct(native, args, made))
	})
	defineProperty(object, name, was)
	if (native.prototype && native.prototype.constructor == native)
		native.prototype.constructor = was[part]
}

// Where pages demand trusted types, what is put in place of a value is one. Their policy is made before the page may say
// that there shall be no other.
let policy
try {
	policy = trustedTypes.createPolicy("privet", {createHTML: text => text, createScriptURL: text => text})
} catch {}
const trust = (text, make) => policy ? policy[make](text) : text
