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
