// The account page: reads the account from the API, for the purpose chosen, and shows what the answer holds. A member
// that is not there, or is less than it could be, is said so in words.
(function () {
  'use strict';

  var $ = function (id) { return document.getElementById(id); };
  var reader = null; // the request under way

  function make(tag, className, text) {
    var e = document.createElement(tag);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  }
  function add(parent) {
    for (var i = 1; i < arguments.length; i++) if (arguments[i]) parent.appendChild(arguments[i]);
    return parent;
  }
  function icon(name) {
    var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    var use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '/img/icons.svg#' + name);
    return add(svg, use);
  }
  function fill(id, children) {
    $(id).replaceChildren.apply($(id), children);
  }
  function withheld(text) { return make('li', 'withheld', text); }

  function initials(name) {
    return name.split(/\s+/).map(function (w) { return Array.from(w)[0]; })
      .filter(function (c) { return /\p{L}/u.test(c || ''); }).slice(0, 2).join('').toUpperCase() || '–';
  }
  // +493023125042 → +49 3023 125042; one that is masked or a token stays as it is.
  function telephone(number) {
    var m = /^\+(1|49|44|33)(\d{3,4})(\d+)$/.exec(number);
    return m ? '+' + m[1] + ' ' + m[2] + ' ' + m[3] : String(number);
  }
  function day(text) {
    var d = new Date(text);
    return isNaN(d) ? '' : d.toLocaleDateString('en-GB', {day: 'numeric', month: 'short', timeZone: 'Europe/Berlin'});
  }
  function duration(seconds) {
    return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0') + ' min';
  }

  // ---- the map: one unit is ten metres, the middle is Pariser Platz

  var centre = {lat: 52.5163, lon: 13.3777}, view = [-160, -100, 320, 200], moving = 0;

  function project(lat, lon) {
    return {x: (lon - centre.lon) * 6775, y: (centre.lat - lat) * 11132};
  }
  function look(target) {
    var from = view, start = performance.now();
    var still = window.matchMedia && matchMedia('(prefers-reduced-motion: reduce)').matches;
    cancelAnimationFrame(moving);
    function step(now) {
      var t = still ? 1 : Math.min(1, (now - start) / 450), ease = 1 - Math.pow(1 - t, 3);
      view = from.map(function (v, i) { return v + (target[i] - v) * ease; });
      $('map').setAttribute('viewBox', view.map(function (v) { return v.toFixed(2); }).join(' '));
      if (t < 1) moving = requestAnimationFrame(step);
    }
    step(start);
  }
  function decimals(n) {
    var fraction = String(n).split('.')[1];
    return fraction ? fraction.length : 0;
  }
  function show(id, visible) {
    if (visible) $(id).removeAttribute('hidden'); else $(id).setAttribute('hidden', '');
  }
  function map(place) {
    var known = place && typeof place.lat === 'number' && typeof place.lon === 'number';
    var digits = known ? Math.max(decimals(place.lat), decimals(place.lon)) : 0;
    var exact = known && digits >= 4, p = known ? project(place.lat, place.lon) : {x: 0, y: 0};
    var radius = 1800 * Math.pow(10, 1 - digits); // in units: how far off a place of so few digits can be
    $('map').classList.toggle('map--none', !known);
    show('pin', exact);
    show('area', known && !exact);
    if (!known) {
      $('map').dataset.zoom = 'mid';
      look([-450, -280, 900, 560]);
      $('map').setAttribute('aria-label', 'Map of Berlin, without a position');
      $('place').textContent = '';
      $('accuracy').textContent = 'Your position is not shared for this purpose.';
      return;
    }
    if (exact) {
      $('pin').setAttribute('transform', 'translate(' + p.x.toFixed(1) + ' ' + p.y.toFixed(1) + ')');
      $('map').dataset.zoom = 'near';
      look([p.x - 160, p.y - 104, 320, 200]);
      $('place').textContent = place.place || '';
      $('accuracy').textContent = place.lat + ', ' + place.lon +
        (place.accuracy_m ? ', within ' + place.accuracy_m + ' m' : '') +
        (place.updated_at ? ', on ' + day(place.updated_at) : '');
    } else {
      $('area').setAttribute('cx', p.x.toFixed(1));
      $('area').setAttribute('cy', p.y.toFixed(1));
      $('area').setAttribute('r', radius.toFixed(1));
      $('map').dataset.zoom = radius < 400 ? 'mid' : 'far';
      look([p.x - radius * 1.8, p.y - radius * 1.15, radius * 3.6, radius * 2.3]);
      $('place').textContent = 'an area';
      $('accuracy').textContent = 'Only the area is shared for this purpose: you are somewhere within about ' +
        Math.round(radius / 100) + ' km.';
    }
    $('map').setAttribute('aria-label', exact ? 'Map of Berlin with a pin at ' + (place.place || 'your position')
      : 'Map of Berlin with a circle around your area');
  }

  // ---- the rest

  function models(devices) {
    return (devices || []).map(function (d) { return d.model; }).filter(Boolean).join(', ');
  }
  function facts(a) {
    var rows = [
      ['E-mail', a.email], ['Telephone', a.phone && telephone(a.phone)], ['Born', a.birth_date],
      ['Address', a.address && a.address.street && a.address.street + ', ' + a.address.postal_code + ' ' + a.address.city],
      ['Company', a.company && a.company.name],
      ['Card', a.payment && a.payment.card && a.payment.card.number],
      ['Devices', models(a.devices)],
      ['This month', a.usage && a.usage.calls + ' calls, ' + a.usage.messages + ' messages'],
      ['Plan', a.plan && a.plan.name && a.plan.name + ', renews ' + day(a.plan.renews_on)]
    ];
    fill('facts', rows.map(function (row) {
      var value = row[1];
      var cell = make('dd', value ? '' : 'missing', value ? '' : 'not shared');
      if (value) add(cell, /^p_/.test(value) || /\*/.test(value) ? make('code', '', value) : document.createTextNode(value));
      return add(make('div'), make('dt', '', row[0]), cell);
    }));
  }
  function people(contacts) {
    if (!Array.isArray(contacts)) {
      $('people-count').textContent = '';
      fill('contacts', [withheld(typeof contacts === 'number' ? contacts + ' contacts; who they are is not shared for this purpose.'
        : 'Your contacts are not shared for this purpose.')]);
      return;
    }
    $('people-count').textContent = contacts.length + ' people';
    fill('contacts', contacts.map(function (c, i) {
      var avatar = make('span', 'avatar avatar--' + i % 4, initials(c.name || ''));
      var name = make('b', '', c.name || 'Name not shared'), head = add(make('div', 'contact__head'), avatar, name);
      var card = add(make('li', 'contact'), head);
      avatar.setAttribute('aria-hidden', 'true');
      if (c.favourite) add(name, icon('star'), make('span', 'unseen', 'favourite'));
      (c.phones || []).forEach(function (p) { add(card, make('span', '', telephone(p))); });
      if (c.email) add(card, make('span', '', c.email));
      if (c.note) add(card, make('span', '', '“' + c.note + '”'));
      return card;
    }));
  }
  // A list of what went in and out, with names where the contacts know the number.
  function log(id, what, list, a, line) {
    if (!Array.isArray(list)) {
      $(id + '-count').textContent = typeof list === 'number' ? String(list) : '';
      fill(id, [withheld(typeof list === 'number' ? list + ' ' + what + '; with whom is not shared for this purpose.'
        : 'Your ' + what + ' are not shared for this purpose.')]);
      return;
    }
    var own = (a.numbers || []).map(function (n) { return n.number; }), names = {};
    (Array.isArray(a.contacts) ? a.contacts : []).forEach(function (c) {
      (c.phones || []).forEach(function (p) { names[p] = c.name; });
    });
    $(id + '-count').textContent = 'last ' + list.length;
    fill(id, list.map(function (entry) {
      var outbound = entry.direction ? entry.direction === 'outbound' : own.indexOf(entry.from) >= 0;
      var other = outbound ? entry.to : entry.from, l = line(entry);
      var mark = make('span', 'log__mark' + (l.missed ? ' log__mark--missed' : ''));
      add(mark, icon(l.missed ? 'missed' : outbound ? 'out' : 'in'));
      var who = make('b', '', names[other] || (other ? telephone(other) : 'Number not shared'));
      add(who, make('span', 'unseen', outbound ? ', outgoing' : ', incoming'));
      return add(make('li'), mark, add(make('div'), who, make('span', 'log__more', l.more)), make('span', 'log__end', l.end));
    }));
  }

  function render(a) {
    document.querySelector('.account').hidden = false;
    $('name').textContent = a.name || 'Name not shared';
    $('avatar').textContent = initials(a.name || '');
    $('since').textContent = 'Customer since ' + new Date(a.created_at).getFullYear() + ' · ' + ((a.plan && a.plan.name) || '');
    map(a.location);
    facts(a);
    people(a.contacts);
    log('calls', 'calls', a.recent_calls, a, function (c) {
      return {missed: c.state === 'no_answer', more: c.state === 'no_answer' ? 'no answer' : duration(c.duration_s), end: day(c.start)};
    });
    log('texts', 'messages', a.messages, a, function (m) {
      return {more: m.body || 'Text not shared', end: m.kind === 'sms' ? 'SMS' : m.kind};
    });
  }

  // Nothing was read, so nothing is said of what it holds.
  function failed(text) {
    $('name').textContent = 'Account 42';
    $('avatar').textContent = '–';
    $('since').textContent = '';
    $('status').textContent = text;
    document.querySelector('.account').hidden = true;
  }

  function load() {
    var purpose = $('purpose').value, mine = window.AbortController ? new AbortController() : null;
    if (reader) reader.abort();
    reader = mine;
    document.querySelector('.account').setAttribute('aria-busy', 'true');
    var asked = {headers: {Accept: 'application/json', 'Privacy-Purpose': purpose}, cache: 'no-cache'};
    if (mine) asked.signal = mine.signal;
    fetch('/v1/accounts/42', asked)
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (account) {
        $('status').textContent = 'This is what ' + $('purpose').selectedOptions[0].textContent.toLowerCase() + ' sees of the account.';
        render(account);
      })
      .catch(function (e) {
        if (e.name === 'AbortError') return;
        failed('The account cannot be shown right now' + (/^\d+$/.test(e.message) ? ' (' + e.message + ')' : '') +
          '. Please try again later.');
      })
      .then(function () {
        if (reader === mine) document.querySelector('.account').removeAttribute('aria-busy');
      });
    if (window.gtag) gtag('event', 'see_account', {purpose: purpose});
    if (window.Munchkin && Munchkin.munchkinFunction) Munchkin.munchkinFunction('visitWebPage', {url: '/account'});
  }

  // /account?as=fraud begins with that purpose.
  var as = new URLSearchParams(location.search).get('as');
  Array.from($('purpose').options).forEach(function (o) { if (o.value === as) o.selected = true; });
  document.querySelectorAll('#see, [data-live]').forEach(function (e) { e.hidden = false; });
  $('purpose').addEventListener('change', function () {
    history.replaceState(null, '', '?as=' + $('purpose').value);
    load();
  });
  load();
})();
