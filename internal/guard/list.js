// One list, which agrees with blocklist.Engine. block and except hold rules by their keys, as rulebook.go writes them.
globalThis[Symbol.for("privet")](tools => {
	const {hash, lists} = tools, sets = [], home = location.hostname.replace(/\.$/, "")

	// The domain that a page's owner has registered: the gateway says it, or it is guessed, as it is of other hosts.
	const siteOf = host => /^[\d.]+$|:/.test(host) ? "" : (/[^.]+\.(?:(?:com?|net|org|gov|edu|ac|ne|or|go)\.[a-z]{2}|[^.]+)$/.exec(host) || [""])[0]
	const {site: own = siteOf(home)} = document.currentScript.dataset

	// Most of a URL's runs of four characters are told by a table.
	const bit = four => Math.imul(four, 2654435769) >>> 16

	// Lines are looked at when a URL has their key. Keys of four characters stand apart, as a URL has one for each of its own.
	const index = ([text, several]) => {
		const keys = new Map, grams = new Map, shared = several.split("\n"), bits = new Uint8Array(65536)
		for (const line of text.split("\n")) {
			const end = line.indexOf("\t")
			if (line[0] == "=") {
				grams.set(line.slice(1, end), line)
				let four = 0
				for (let at = 1; at < 5; at++)
					four = four << 8 | line.charCodeAt(at)
				bits[bit(four)] = 1
			} else
				keys.set(line.slice(0, end), line)
		}
		return {keys, grams, shared, bits}
	}
	const blocks = index(block), excepts = index(except), important = / !/.test(block)

	// What "^" stands for is any sign but those of words. As the first place where a piece fits is as good for what follows as
	// any, a piece between stars is never looked for twice, which a group that looks ahead and is then repeated says.
	const piece = text => text.replace(/[^\w^]/g, "\\$&").replace(/\^/g, "(?:[^\\w.%-]|$)")
	const front = "^[^:]+:\\/\\/(?:[^/?#]*@)?(?:[^/:?#]*\\.)?"
	const expression = (pattern, flags, fold) => {
		if (flags & 16)
			return RegExp(pattern, fold)
		if (flags & 8)
			return RegExp(front + piece(pattern) + "(?:[/:?#]|$)")
		const pieces = pattern.split("*").map(piece), last = pieces.length - 1
		let out = flags & 1 ? "^" : flags & 2 ? front : ""
		pieces.forEach((text, at) => {
			out += at && at < last ? "(?=(.*?" + text + "))\\" + at : at ? ".*?" + text : text
		})
		return RegExp(out + (flags & 4 ? "$" : ""))
	}

	// Of domains of which some are excluded the one that names a host most closely decides.
	const domains = text => {
		const names = new Map(text.split("|").map(name => [name.replace("~", ""), name[0] != "~"]))
		const closed = [...names.values()].includes(true), open = text.includes(".*")
		return (host, suffix) => {
			for (let name = host; name; name = name.replace(/^[^.]*\.?/, "")) {
				if (names.has(name))
					return names.get(name)
				const stem = open && name.endsWith(suffix) && name.slice(0, -suffix.length) + ".*"
				if (names.has(stem))
					return names.get(stem)
			}
			return !closed
		}
	}

	// A rule is read when a URL first has its key, and its expression made when all else fits.
	const rule = text => {
		const [head, ...options] = text.split(" "), flags = head.charCodeAt() - 48
		const made = {types: 2047, fits: seen => {
			try {
				const test = expression(head.slice(1), flags, made.c ? "" : "i"), cased = made.c || flags & 16
				made.fits = seen => test.test(cased ? seen.cased : seen.url)
			} catch {
				made.fits = () => false
			}
			return made.fits(seen)
		}}
		for (const option of options) {
			const name = option[0], value = option.slice(1)
			made[name] = name == "t" ? made.types = +value : value ? domains(value) : true
		}
		return made
	}
	const matches = (rule, need, seen) => rule.types & seen.type && (!need || rule["!"]) && (!rule[3] || seen.third) && (!rule[1] || !seen.third) &&
		(!rule.s || seen.host == seen.page) && (!rule.o || seen.host != seen.page) &&
		(!rule.f || rule.f(seen.page, seen.suffix)) && (!rule.g || rule.g(seen.host, seen.hostSuffix)) && (!rule.d || !rule.d(seen.host, seen.hostSuffix)) &&
		rule.fits(seen)

	const search = ({keys, grams, shared, bits}, need, seen) => {
		const under = (map, key) => {
			let found = map.get(key)
			if (!found)
				return false
			if (found.split) {
				found = found.split("\t").slice(1).map(text => text[0] == "#" ? shared[text = text.slice(1)].fits ? shared[text] : shared[text] = rule(shared[text]) : rule(text))
				map.set(key, found)
			}
			return found.some(rule => matches(rule, need, seen))
		}
		for (const key of seen.keys)
			if (under(keys, key))
				return true
		const {url} = seen
		for (let at = 0, four = 0; grams.size && at < url.length; at++) {
			four = four << 8 | url.charCodeAt(at)
			if (bits[bit(four)] && under(grams, url.slice(at - 3, at + 1)))
				return true
		}
		return false
	}

	// A host and those above it, the longest first.
	const above = host => {
		const out = []
		for (let name = host; name; name = name.replace(/^[^.]*\.?/, ""))
			out.push(name)
		return out
	}
	const inSet = (values, value) => {
		let low = 0, high = values.length
		while (low < high) {
			const middle = low + high >> 1
			if (values[middle] < value)
				low = middle + 1
			else
				high = middle
		}
		return values[low] === value
	}
	const blockedHost = (names, third) => sets.length && names.some(name => {
		const second = hash(name, 3344921057), set = name.includes(".") && sets[(second & 2047) % sets.length]
		const value = set && (hash(name, 2166136261) * 2097152 + (second >>> 11)) % set.span
		return set && (inSet(set.everybody, value) || third && inSet(set.third, value))
	})

	const known = new Map
	const suffixOf = (host, site) => site.includes(".") && host.endsWith(site) ? site.replace(/^[^.]*/, "") : "."
	lists.push((url, type, page = home, site = own) => {
		const host = url.hostname.replace(/\.$/, ""), cased = url.href.split("#")[0].replace(url.hostname, host)
		const third = host != page && host != site && !host.endsWith("." + site)
		const names = above(host), text = cased.toLowerCase()
		const seen = {type, host, page, third, cased, url: text, suffix: suffixOf(page, site), hostSuffix: suffixOf(host, siteOf(host))}
		seen.keys = ["", ...names.map(name => "." + name), ...text.match(/[a-z0-9%]+/g), ...above(page).map(name => "~" + name)]
		const wins = important && search(blocks, true, seen)
		return (wins || blockedHost(names, third) || search(blocks, false, seen)) && !search(excepts, wins, seen)
	})

	// Differences in Rice's code become sorted numbers.
	tools[id] = (set, count, span, third, everybody, text) => {
		const bytes = atob(text)
		let at = 0
		// At least 25 bits from here on, the first one highest.
		const ahead = () => {
			const byte = at >> 3
			return (bytes.charCodeAt(byte) << 24 | bytes.charCodeAt(byte + 1) << 16 | bytes.charCodeAt(byte + 2) << 8 | bytes.charCodeAt(byte + 3)) << (at & 7)
		}
		const read = size => {
			if (size > 16)
				return read(size - 16) * 65536 + read(16)
			const out = size && ahead() >>> 32 - size
			at += size
			return out
		}
		const decode = ([size, low]) => {
			const out = new Float64Array(size), scale = 2 ** low
			let value = 0
			for (let i = 0; i < size; i++) {
				let ones
				do {
					ones = Math.min(Math.clz32(~ahead()), 24)
					value += ones * scale
					at += ones
				} while (ones == 24)
				at++
				out[i] = value += read(low)
			}
			return out
		}
		sets[set] = {span, third: decode(third), everybody: decode(everybody)}
		sets.length = count
	}
})
