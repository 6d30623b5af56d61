// What every page does. A vendor's function may be there or not: each call asks first.
(function () {
  'use strict';

  // An event goes to whoever listens.
  function tell(name, detail) {
    if (window.gtag) gtag('event', name, detail || {});
    if (window.lintrk) lintrk('track', {event: name});
    if (window.twq) twq('event', 'tw-br042-' + name, detail || {});
    if (window.Munchkin && Munchkin.munchkinFunction) Munchkin.munchkinFunction('clickLink', {href: '/event/' + name});
  }

  document.addEventListener('click', function (e) {
    var link = e.target.closest && e.target.closest('[data-event]');
    if (link) tell(link.getAttribute('data-event'));
  });

  // Home: copy the sample, which the page holds as text.
  document.querySelectorAll('[data-copy]').forEach(function (button) {
    var sample = document.getElementById(button.getAttribute('data-copy'));
    if (!sample || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(sample.textContent).then(function () {
        button.textContent = 'Copied';
        setTimeout(function () { button.textContent = 'Copy'; }, 2000);
        tell('copy_sample');
      }, function () { button.textContent = 'Not allowed'; });
    });
  });

  // Pricing: by month or by year.
  document.querySelectorAll('[data-billing]').forEach(function (billing) {
    billing.hidden = false;
    billing.addEventListener('change', function (e) {
      document.querySelectorAll('[data-monthly]').forEach(function (price) {
        price.textContent = price.getAttribute('data-' + e.target.value);
      });
      tell('billing', {value: e.target.value});
    });
  });

  // Sign-up: the button of Facebook is of use once its SDK is there, which may be never.
  document.querySelectorAll('[data-facebook]').forEach(function (button) {
    var note = document.querySelector('[data-facebook-note]'), tries = 0;
    function ready() {
      if (!window.FB || !FB.login) {
        if (++tries < 40) setTimeout(ready, 250);
        return;
      }
      button.disabled = false;
      note.textContent = 'We take your name and e-mail from there, nothing else.';
    }
    ready();
    button.addEventListener('click', function () {
      if (!window.FB) return;
      FB.login(function (answer) {
        if (answer && answer.authResponse) location.assign('/welcome');
      }, {scope: 'public_profile,email'});
    });
  });

  document.querySelectorAll('[data-signup]').forEach(function (form) {
    form.addEventListener('submit', function () {
      tell('sign_up', {method: 'email'});
      if (window.fbq) fbq('track', 'Lead');
    });
  });
})();
