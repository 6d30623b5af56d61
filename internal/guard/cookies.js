// cookies judges what scripts keep in cookies, as the gateway judges Set-Cookie. Each line of the table is a purpose: how many
// seconds its cookies may live, 0 for no bound, and behind a tab each the names that the policy gives it, the catalogue, and
// the database. Names may be globs. isHeld says of a line, by its number, that nothing may be stored for it. What comes back
// says that a cookie is held, and shortens the life of one that is not: of what document.cookie gets, or cookieStore.
const cookies = (table, isHeld) => {
	const prefixes = ["__host-http-", "__host-", "__http-", "__secure-"]
	let tiers

	// Most pages set no cookie before they have been drawn, so the table is read when the first one is.
	const open = () => {
		tiers = [0, 1, 2].map(() => ({names: new Map, globs: []}))
		table.split("\n").forEach((line, number) => {
			const [life, ...sides] = line.split("\t"), purpose = {number, life: +life || Infinity}
			sides.forEach((side, tier) => {
				for (const name of side.match(/\S+/g) || [])
					add(tiers[tier], name, purpose)
			})
		})
		for (const {globs} of tiers)
			globs.sort((a, b) => b.head.length - a.head.length || (a.name < b.name ? -1 : 1))
	}
	const add = ({names, globs}, name, purpose) => {
		let purposes = names.get(name)
		if (!purposes) {
			names.set(name, purposes = [])
			const [head, ...rest] = name.split("*")
			if (rest[0] != null) {
				const test = rest.join("") && RegExp("^" + name.replace(/[^\w*]/g, "\\$&").replace(/\*/g, ".*") + "$", "s")
				globs.push({name, head, purposes, fits: text => text.startsWith(head) && (!test || test.test(text))})
			}
		}
		purposes.push(purpose)
	}

	// Of whole names and globs, a whole one goes first, then the glob of which most stands before its first star.
	const find = (text, {names, globs}) => !text.includes("*") && names.get(text) || (globs.find(glob => glob.fits(text)) || {}).purposes

	// A prefix tells the browser how to keep a cookie, and does not change whose it is unless it is named with it.
	const owners = name => {
		const texts = [name], [own, catalogue, database] = tiers
		for (const prefix of prefixes)
			if (name.length > prefix.length && name.toLowerCase().startsWith(prefix))
				texts.push(name.slice(prefix.length))
		let found
		for (const text of texts)
			found ||= find(text, own) || find(text, catalogue)
		for (const text of texts.slice(0, 2))
			found ||= find(text, database)
		return found
	}

	const strip = text => text.replace(/^[\t\x20]+|[\t\x20]+$/g, "")

	// A date as browsers read it in a cookie (RFC 6265bis 5.6.1), in milliseconds, or NaN.
	const dateOf = text => {
		const kinds = [/^(\d\d?):(\d\d?):(\d\d?)(?!\d)/, /^\d\d?(?!\d)/, /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i, /^\d{2,4}(?!\d)/], parts = []
		for (const token of text.split(/[\t\x20-\/;-@[-\x60{-~]+/)) {
			const at = kinds.findIndex((kind, at) => !parts[at] && kind.test(token))
			if (at >= 0)
				parts[at] = kinds[at].exec(token)
		}
		const [clock, day, name, found] = parts
		if (!clock || !day || !name || !found)
			return NaN
		const year = +found[0] + (found[0] > 99 ? 0 : found[0] > 69 ? 1900 : 2000)
		const month = "janfebmaraprmayjunjulaugsepoctnovdec".indexOf(name[0].toLowerCase()) / 3
		const time = new Date(Date.UTC(year, month, day[0], clock[1], clock[2], clock[3]))
		return year < 1601 || clock[1] > 23 || clock[2] > 59 || clock[3] > 59 || time.getUTCDate() != day[0] ? NaN : +time
	}

	// Of several lives of one cookie all count, since readers differ in which does.
	const written = (args, now) => {
		const [pair, ...attributes] = (args[0] = String(args[0])).split(";")
		const lives = attributes.map(text => {
			const [key, ...rest] = text.split("="), name = strip(key).toLowerCase(), value = strip(rest.join("="))
			return name == "expires" ? {name, until: dateOf(value)} : name == "max-age" && {name, until: /^-?\d+$/.test(value) ? now + value * 1e3 : NaN}
		})
		const ages = lives.filter(({name}) => name == "max-age"), ends = ages[0] ? ages : lives.filter(life => life)
		return {
			name: (/^[=\t\x20]*([^=]*?)[\t\x20]*=/.exec(pair) || [])[1] || "",
			deletes: ends[0] && ends.every(({until}) => until <= now),
			shorten: (latest, life) => {
				args[0] = [pair, ...attributes.flatMap((text, at) => {
					const {name, until} = lives[at]
					return !name || until <= latest ? text : isNaN(until) ? [] : " " + name + "=" + (name == "expires" ? new Date(latest).toUTCString() : life)
				})].join(";")
			}
		}
	}
	const stored = (args, now) => {
		const init = args[0], given = init.name != null, {expires, maxAge} = given ? init : {}
		const until = maxAge != null ? now + maxAge * 1e3 : expires != null ? +expires : NaN
		const put = expires => args[0] = {__proto__: init, expires, maxAge: undefined}
		const deletes = until <= now
		// Not every browser knows an age here, and one that does not would keep the cookie.
		if (deletes && maxAge != null)
			put(until)
		return {name: strip(String(given ? init.name : init)), deletes, shorten: latest => until > latest && put(latest)}
	}

	return (args, inStore) => {
		const now = Date.now(), {name, deletes, shorten} = (inStore ? stored : written)(args, now)
		tiers || open()
		const purposes = !deletes && owners(name)
		if (!purposes)
			return false
		const lives = purposes.filter(({number}) => !isHeld(number)).map(({life}) => life), life = Math.min(...lives)
		if (life < Infinity)
			shorten(now + life * 1e3, Math.max(life, 1))
		return !lives[0]
	}
}
