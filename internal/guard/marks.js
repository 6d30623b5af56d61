// Whose a URL is. marks holds one line a party, in order of their numbers: hashes of hosts, of five characters each, then
// the marks that need their text, each after a blank. Go writes both with the same functions.

// FNV-1a with a last mix. A seed gives another function of the same kind.
const hash = (text, seed) => {
	for (let i = 0; i < text.length; i++)
		seed = Math.imul(seed ^ text.charCodeAt(i), 16777619)
	seed = Math.imul(seed ^ seed >>> 15, 2246822507)
	return (seed ^ seed >>> 13) >>> 0
}

// Five digits of fifty: of some hundred thousand hosts one is mistaken for another.
const key = text => {
	let out = ""
	for (let rest = hash(text, 2166136261); out.length < 5; rest = rest / 50 | 0)
		out += String.fromCharCode(42 + rest % 50)
	return out
}

// The attribute says who is held, in bits of hexadecimal digits, then what is denied, then how many lists will come.
const me = document.currentScript
const [bits, denial, expected] = me.dataset.privet.split(".")
const isHeld = party => parseInt(bits[party >> 2], 16) >> party % 4 & 1

const glob = text => text.replace(/[^\w*]/g, "\\$&").replace(/\*/g, ".*")
const whole = text => RegExp("^" + glob(text) + "$")
const owned = {}, patterns = []

// A tier goes before the next, whatever its marks say: 0 is the policy's own, 1 the catalogue's.
marks.split("\n").forEach((line, party) => {
	const tier = +(party >= own)
	const [hashes, ...texts] = line.split(" ")
	for (const text of [...hashes.match(/.{5}/g) || [], ...texts]) {
		let mark = owned[tier + text]
		if (!mark) {
			mark = owned[tier + text] = {parties: [], tier}
			if (text[5] || texts.includes(text))
				patterns.push(pattern(text, mark))
		}
		mark.parties.push(party)
	}
})

// What says more has more weight: a URL than a host, a longer host, more parameters, more of a path.
function pattern(text, mark) {
	const [, host, path, query] = /^([^/]*)([^?]*)\??(.*)/.exec(text)
	const name = host.replace(/^\*\./, ""), stem = name.replace(/\.\*$/, "")
	mark.host = host == "*" ? /^/ : RegExp((name == host ? "^(.+\\.)?" : "^.+\\.") + glob(stem) + (stem == name ? "$" : "(\\.[^.]+){1,2}$"))
	mark.weight = host == "*" ? -1e9 : name.length + (name != host) / 2 - (stem != name) * 1e3
	if (path) {
		mark.path = RegExp("^" + glob(path) + "/?$")
		mark.params = query ? query.split("&").map(part => part.split(/=(.*)/)) : []
		mark.weight = mark.weight * 1e6 + mark.params.length * 1e3 + path.replace(/\*/g, "").length + 1e12
	}
	return mark
}

// The marks of a host, what goes before the others in front.
const known = new Map
const marksOf = host => {
	let found = known.get(host)
	if (!found) {
		found = patterns.filter(mark => mark.host.test(host))
		for (let name = host; name.includes("."); name = name.replace(/^[^.]*\./, ""))
			for (const tier of [0, 1])
				if (owned[tier + key(name)])
					found.push({...owned[tier + key(name)], weight: name.length})
		known.set(host, found.sort((a, b) => a.tier - b.tier || b.weight - a.weight))
	}
	return found
}

// Of several owners one who is let through suffices.
const judge = (url, type) => {
	const path = unescape(url.pathname).replace(/\/+/g, "/")
	const mark = marksOf(url.hostname.replace(/\.$/, "")).find(mark => !mark.path || mark.path.test(path) &&
		mark.params.every(([name, value]) => url.searchParams.getAll(name).some(is => whole(value || "").test(is))))
	return mark ? mark.parties.every(isHeld) : lists.some(list => list(url, type))
}

// held says whether a request must not be made. What is no request of a network is never held.
const lists = [], seen = new Map
const held = (address, type, base) => {
	try {
		const url = new URL(address, base)
		if (!/^(http|ws)s?:/.test(url))
			return false
		const id = type + url.href
		if (seen.size > 2e3)
			seen.clear()
		if (!seen.has(id))
			seen.set(id, judge(url, type))
		return seen.get(id)
	} catch {
		return false
	}
}
