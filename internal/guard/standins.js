// standIns takes the place of vendors' APIs whose scripts are held back, so that page code which calls them does not
// throw, and what it asked to be called afterwards is called. isHeld(id) says that a recipient is held back; denied are
// the types of Google's Consent Mode that are refused where its tags are let through, or nothing. Nothing is sent, and
// nothing stored. Ids stand in double quotes, by which the guard finds those that it has to tell of.
function standIns(isHeld, denied) {
  // A row is for the recipient whose script brings an API, where it is held back. Its words are paths of
  // functions that do nothing: a.b,c is a.b and a.c. Behind a word, ~ returns a promise and + makes
  // a queue in place of a function; a. is made below. The snippets that vendors give to sites build on what they find
  // under a name, so it is what they can build on.
  const rows = {
    "google_analytics": 'ga. _gat. _gaq. urchinTracker',
    "doubleclick": 'googletag.display,enableServices,destroySlots adsbygoogle+ google_trackConversion',
    "amazon_ads": 'apstag.init,setDisplayBids',
    "facebook_custom_audience": 'fbq _fbq.push',
    "facebook_connect": 'FB.init,ui,getAuthResponse FB.XFBML.parse FB.Event.subscribe',
    "linkedin_ads": 'lintrk',
    "linkedin_widgets": 'IN.parse',
    "instagram": 'instgrm.Embeds.process',
    "twitter_ads": 'twq',
    "twitter_widgets": 'twttr.ready twttr.widgets.load,createTweet~ twttr.conversion.trackPid',
    "pinterest": 'pintrk',
    "tiktok": 'ttq+ ttq.page,track',
    "snapchat": 'snaptr',
    "reddit": 'rdt',
    "yandex_metrica": 'ym',
    "addthis": 'addthis.init,toolbox,layers',
    "marketo": 'Munchkin.init,munchkinFunction',
    "microsoft_clarity": 'clarity',
    "hotjar": 'hj',
    "segment": 'analytics+ analytics.page,track,identify,ready',
    "mixpanel": 'mixpanel+ mixpanel.init,track,identify,alias,register,reset,set_config,time_event',
    "chartbeat": 'pSUPERFLY.virtualPage',
    "comscore": 'COMSCORE.beacon',
    "infonline": 'iom.c,h,i IOMm',
    "adobe_tags": '_satellite.track,pageBottom,getVar,setVar',
    "adobe_analytics": 's.t,tl alloy~',
    "tealium": 'utag.view,link',
  };
  const ends = /^((hit|event|event_|onload_)?callback|adBreakDone)$/i;
  const waits = /^(\w+:)?(un)?(on|off|once|add|ready|subscribe|bind)(?![a-z_])/;
  const verbs = /^(_|(add|build|clear|collapse|define|disable|enable|get|refresh|set|update)(?![a-z]))/;
  const isFunction = (value) => typeof value === 'function';
  const isObject = (value) => value && typeof value === 'object';
  const made = {};

  // Page code that would not have run without the vendor's script must bring no new errors. Google's own script, where
  // one of its kind is let through, calls what it finds: the wait leaves it the time to come.
  const later = (callback, self, value, wait) => {
    setTimeout(() => {
      if (!wait || !window.google_tag_manager) {
        try {
          callback.call(self, value);
        } catch {}
      }
    }, wait);
  };

  // answer calls the functions among arguments, and those in objects among them that are for the end. One that waits for
  // something else is not called.
  const answer = (given, value = '', wait = 0) => {
    for (const item of waits.test(isObject(given[0]) || given[0]) ? [] : given) {
      if (isFunction(item)) {
        later(item, window, value, wait);
      } else if (isObject(item)) {
        for (const key of Object.keys(item)) {
          if (ends.test(key) && isFunction(item[key])) {
            later(item[key], item, value, wait);
          }
        }
      }
    }
  };

  // queue makes an array tell of what is pushed, and keep no more than the latest 300, as Tag Manager does it.
  const queue = (heed, list = []) => {
    const push = list.push;
    list.forEach(heed);
    list.push = (...given) => {
      given.forEach(heed);
      push.apply(list, given);
      list.splice(0, list.length - 300);
      return list.length;
    };
    return list;
  };
  // heeding gives what is pushed its answer, and calls functions with what they get.
  const heeding = (self, wait) => (pushed) => {
    if (isFunction(pushed)) {
      return self && later(pushed, self, self, wait);
    }
    answer(pushed && pushed[0] ? Array.from(pushed) : [pushed], '', wait);
  };

  // watch makes a property of which each new value is seen to first.
  const watch = (object, name, value, see) => Reflect.defineProperty(object, name, {configurable: true, get: () => value, set: (given) => {
    value = see(given);
  }});

  // A stand-in is an ordinary property, which page code may test, change and replace.
  const define = (name, value) => {
    if (!(name in window)) {
      window[name] = value;
    }
  };
  const make = (word) => {
    const path = word.split('.');
    const [, names, kind] = /([^~+]*)(.?)/.exec(path.pop());
    let node = made;
    for (const part of path) {
      node = node[part] ||= {};
    }
    for (const name of names && names.split(',')) {
      node[name] = kind === '+' ? queue(heeding()) : (...given) => {
        if (!waits.test(name)) {
          answer(given);
        }
        return kind && Promise.resolve('');
      };
    }
  };
  // loose gives an object all methods whose names say what they do: they return it, or nothing in a list.
  const loose = (own) => {
    const it = new Proxy(own, {get: (own, name) => own[name] || (verbs.test(String(name)) ? () => /^(get|build)/.test(name) ? [] : it : undefined)});
    return it;
  };

  // The layer of Google's tags is whatever array page code puts in its place.
  const google = ["google_tag_manager", "google_analytics", "doubleclick"];
  const some = google.find(isHeld);
  const wait = google.every(isHeld) ? 0 : 200;
  const mode = denied?.length ? consentMode(denied) : null;
  const heedLayer = heeding(new Map, wait);
  const covered = new WeakSet;
  const cover = (list) => {
    if (Array.isArray(list) && !covered.has(list)) {
      covered.add(queue((pushed) => {
        mode?.refuse(pushed);
        if (some) {
          heedLayer(pushed);
        }
      }, list));
      mode?.begin(list);
      if (some) {
        // A snippet that hides the page leaves here what shows it again.
        watch(list, 'hide', undefined, (hide) => {
          later(() => hide.end(), hide, '', wait);
          return hide;
        });
      }
    }
    return list;
  };
  if (some || mode) {
    watch(window, 'dataLayer', cover(window.dataLayer || []), cover);
  }
  mode?.follow(cover);
  if (some) {
    define('gtag', function () {
      window.dataLayer.push(arguments);
    });
  }

  // analytics.js, under whatever name its snippet gives it.
  const tracker = {get: () => '', set: () => {}, send: (...given) => answer(given)};
  const ga = (...given) => isFunction(given[0]) ? later(given[0], window, tracker) : answer(given.filter(isObject));
  made.ga = Object.assign(ga, {create: () => tracker, getByName: () => tracker, getAll: () => [tracker], remove: () => {}, q: [], loaded: true});
  if (isHeld("google_analytics")) {
    watch(window, 'GoogleAnalyticsObject', undefined, (name) => {
      define(name, ga);
      return name;
    });
  }

  // ga.js: all its methods begin with an underscore, and a link through it leads on.
  const old = made._gat = loose({_link: (url) => location.assign(url), _getLinkerUrl: (url) => url});
  const heedOld = heeding(old);
  made._gaq = queue((pushed) => pushed && pushed[0] === '_link' ? old._link(pushed[1]) : heedOld(pushed));
  made._gaq._getAsyncTracker = () => old;

  // Ad Manager. Slots, services and the builder of size mappings are one thing here, since most of it is alike.
  const service = (path = '', id = '') => loose({getAdUnitPath: () => path, getSlotElementId: () => id});
  made.googletag = {
    cmd: queue(heeding(window)),
    pubads: service,
    companionAds: service,
    sizeMapping: service,
    defineSlot: (path, sizes, id) => service(path, id),
    defineOutOfPageSlot: service,
  };
  made.apstag = {fetchBids: (...given) => answer(given, [])};
  const unknown = (...given) => answer(given, {status: 'unknown', authResponse: null, error: {}});
  made.FB = {getLoginStatus: unknown, login: unknown, logout: unknown, api: unknown};

  for (const id in rows) {
    // Facebook's SDK brings two, of which one that is let through suffices.
    if (isHeld(id) && (id !== "facebook_connect" || isHeld("facebook_widgets"))) {
      for (const word of rows[id].split(' ')) {
        make(word);
        const name = /[\w$]+/.exec(word)[0];
        define(name, made[name]);
      }
    }
  }
}

// consentMode keeps Google's tags to what is refused where they are let through all the same: denied are the types of
// Consent Mode (version 2) that are, the others are granted. What comes back knows the layers of these tags: begin puts
// the state before all that could set a tag off, and refuse keeps page code from lifting it later.
function consentMode(denied) {
  const state = {};
  const refused = {};
  for (const type of 'ad_storage ad_user_data ad_personalization analytics_storage functionality_storage personalization_storage security_storage'.split(' ')) {
    state[type] = 'granted';
    if (denied.includes(type)) {
      state[type] = refused[type] = 'denied';
    }
  }
  // The tags tell a command by its being an arguments object.
  const command = function () {
    return arguments;
  };
  const commands = [command('consent', 'default', state), command('set', 'ads_data_redaction', true), command('set', 'url_passthrough', false)];
  return {
    begin: (list) => {
      // Page code may look for what it put first, so it stays first if no tag acts on it.
      const acts = list.some((entry) => entry && (entry.event || entry[0]));
      Array.prototype[acts ? 'unshift' : 'push'].apply(list, commands);
    },
    refuse: (entry) => {
      if (entry && entry[0] === 'consent') {
        entry[2] = Object.assign({}, entry[2], refused);
      }
    },
    // A tag may be told to read another array than dataLayer: its URL names it.
    follow: (cover) => {
      new MutationObserver((records) => {
        for (const record of records) {
          for (const node of record.addedNodes) {
            const name = /[?&]id=[A-Z]+-/.test(node.src) && /[?&]l=([\w$]+)/.exec(node.src);
            if (name) {
              window[name[1]] = cover(window[name[1]] || []);
            }
          }
        }
      }).observe(document, {childList: true, subtree: true});
    },
  };
}
