import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { unlockSound } from '../../call/devices.js';
import { dayOf } from '../days.js';
import { actionButton, backButton, heading } from '../parts/pieces.js';
import { checkPerson } from '../person.js';

/** @import { App } from '../app.js' */
/** @import { Route } from '../routes.js' */

/** Who is it? Guest sign-in with name, telephone and consent. @param {App} app */
export function signInScreen(app) {
  const { route } = app.state;
  const name = field('name', { autocomplete: 'name', maxlength: '40' });
  const telephone = field('telephone', { type: 'tel', autocomplete: 'tel', inputmode: 'tel', maxlength: '20' });
  const consent = field('consent', { type: 'checkbox' });
  const fields = { name, telephone, consent };

  async function submit() {
    // A tap is the only moment when a browser lets the page sound later.
    unlockSound();
    const person = { name: name.input.value.trim(), telephone: telephone.input.value.trim() };
    const problems = checkPerson({ ...person, consent: consent.input.checked });
    for (const [key, one] of Object.entries(fields)) one.say(problems[/** @type {'name'} */ (key)]);
    const first = Object.entries(fields).find(([key]) => problems[/** @type {'name'} */ (key)]);
    if (first) return first[1].input.focus();
    try {
      await app.signIn(person);
    } catch (error) {
      const at = /** @type {{ field?: string, message: string }} */ (error);
      if (at.field !== 'name' && at.field !== 'telephone') throw error;
      fields[at.field].say(undefined, at.message);
      return fields[at.field].input.focus();
    }
    // What a time is held for, or an appointment, opens by itself now.
    if (route.name === 'sign-in') app.go({ ...route, name: 'devices' }, { replace: true });
  }
  const button = actionButton({ label: t('citizen.signIn.next'), class: 'button button--primary button--large button--block', act: submit });
  const node = h('div', { class: 'stack' },
    backButton(() => app.go(beforeSignIn(route))),
    stepOf(route),
    heading(t('citizen.signIn.title')),
    h('p', null, t('citizen.signIn.why')),
    h('form', {
      class: 'stack',
      novalidate: true,
      on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); button.querySelector('button')?.click(); } },
    },
      h('div', { class: 'field' }, h('label', { for: 'name' }, t('citizen.signIn.name')), name.error, name.input),
      h('div', { class: 'field' },
        h('label', { for: 'telephone' }, t('citizen.signIn.telephone')),
        h('p', { class: 'field__hint', id: 'telephone-hint' }, t('citizen.signIn.telephoneHint')),
        telephone.error, telephone.input),
      h('div', { class: 'card stack stack--tight' },
        consent.error,
        h('label', { class: 'switch' }, consent.input, h('span', null, t('citizen.signIn.consent'))),
        h('details', { class: 'small' },
          h('summary', null, t('citizen.signIn.more')),
          h('ul', { class: 'bullets' }, ['a', 'b', 'c'].map((key) => h('li', null, t(`citizen.signIn.more.${key}`)))))),
      button,
      // Enter in a field submits only when the form has a submit button.
      h('button', { type: 'submit', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' })));
  return { node };
}

/** @param {Route} route @returns {Route} */
function beforeSignIn(route) {
  if (route.name === 'confirm') return { name: 'book', code: route.code, kind: route.kind, hall: route.hall, day: dayOf(route.at) };
  return route.name === 'sign-in' ? { name: 'item', code: route.code } : { name: 'find' };
}

/** @param {Route} route */
function stepOf(route) {
  if (route.name === 'appointment') return null;
  return h('p', { class: 'quiet small' }, route.name === 'confirm' ? t('booking.step', { n: 3, all: 4 }) : t('citizen.step', { n: 1, all: 2 }));
}

/** @param {'name' | 'telephone' | 'consent'} id @param {Record<string, string>} props */
function field(id, props) {
  const error = h('p', { class: 'field__error', id: `${id}-error`, role: 'alert' });
  const hint = id === 'telephone' ? 'telephone-hint ' : '';
  const input = h('input', { id, name: id, 'aria-describedby': `${hint}${id}-error`, ...(id === 'consent' ? { role: 'switch' } : { required: true }), ...props });
  /** @param {string | undefined} key @param {string} [sentence] */
  function say(key, sentence = key && t(key)) {
    replaceChildren(error, sentence && [icon('warn'), h('span', null, sentence)]);
    if (sentence) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
  input.addEventListener('input', () => { if (input.getAttribute('aria-invalid')) say(undefined); });
  return { input, error, say };
}
