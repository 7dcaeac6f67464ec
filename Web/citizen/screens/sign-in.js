import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { unlockSound } from '../../call/devices.js';
import { dayOf } from '../days.js';
import { actionButton, backButton, heading, notice } from '../parts/pieces.js';
import { citizenProviders, goToProvider } from '../identity.js';
import { checkPerson } from '../person.js';
import { lacksIdentity } from '../state.js';

/** @import { App } from '../app.js' */
/** @import { Route } from '../routes.js' */
/** @import { IdentityProvider } from '../wire.js' */

/** Who is it? By a provider of identities, or as a guest with name and telephone; both with consent. @param {App} app */
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
  /** @param {IdentityProvider} provider */
  function leave(provider) {
    const problem = checkPerson({ name: '-', telephone: '0000000', consent: consent.input.checked }).consent;
    consent.say(problem);
    if (problem) return consent.input.focus();
    goToProvider(provider.id);
  }
  const button = actionButton({ label: t('citizen.signIn.next'), class: 'button button--primary button--large button--block', act: submit });
  const agreement = h('div', { class: 'card stack stack--tight' },
    consent.error,
    h('label', { class: 'switch' }, consent.input, h('span', null, t('citizen.signIn.consent'))),
    h('details', { class: 'small' },
      h('summary', null, t('citizen.signIn.more')),
      h('ul', { class: 'bullets' }, ['a', 'b', 'c'].map((key) => h('li', null, t(`citizen.signIn.more.${key}`))))));
  const form = h('form', {
    class: 'stack',
    novalidate: true,
    on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); button.querySelector('button')?.click(); } },
  },
    h('div', { class: 'field' }, h('label', { for: 'name' }, t('citizen.signIn.name')), name.error, name.input),
    h('div', { class: 'field' },
      h('label', { for: 'telephone' }, t('citizen.signIn.telephone')),
      h('p', { class: 'field__hint', id: 'telephone-hint' }, t('citizen.signIn.telephoneHint')),
      telephone.error, telephone.input));
  const submitting = [
    button,
    // Enter in a field submits only when the form has a submit button.
    h('button', { type: 'submit', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' }),
  ];
  const isLacking = lacksIdentity(app.state);
  const ways = h('div', { class: 'stack' });
  /** Where there is a provider it comes first; a guest's fields go where they always were. @param {IdentityProvider[]} providers */
  function drawWays(providers) {
    const known = h('div', { class: 'stack' }, providers.map((provider) => byProvider(provider, () => leave(provider))));
    if (isLacking) return replaceChildren(ways, providers.length > 0 && [agreement, known], ...whenLacking(app, route, providers.length > 0));
    form.append(...(providers.length > 0 ? [] : [agreement]), ...submitting);
    replaceChildren(ways, providers.length > 0 && [agreement, known, h('h2', null, t('citizen.signIn.guest'))], h('p', null, t('citizen.signIn.why')), form);
  }
  const title = isLacking ? 'citizen.signIn.verifyTitle' : 'citizen.signIn.title';
  const node = h('div', { class: 'stack' },
    backButton(() => app.go(beforeSignIn(route))), stepOf(route), heading(t(title)), outcomeOf(app, isLacking), ways);
  citizenProviders().then(drawWays);
  return { node };
}

/** @param {IdentityProvider} provider @param {() => void} act */
function byProvider(provider, act) {
  return h('div', { class: 'choice' },
    h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: act } }, t('citizen.signIn.provider', { name: provider.name })),
    h('p', { class: 'quiet small' }, t('citizen.signIn.providerWhy')));
}

/** What else there is, where somebody must be known. @param {App} app @param {Route} route @param {boolean} hasProvider */
function whenLacking(app, route, hasProvider) {
  const hall = 'hall' in route ? app.state.halls.find((one) => one.id === route.hall) : undefined;
  const mayConsult = 'kind' in route && route.kind === 'pre-review' && hall?.guests_may_consult !== false;
  return [
    !hasProvider && notice('warn', h('p', null, t('citizen.signIn.noProvider'))),
    mayConsult && 'hall' in route && h('div', { class: 'choice' },
      h('button', {
        class: 'button button--large button--block',
        type: 'button',
        on: { click: () => app.go({ name: 'sign-in', code: route.code, kind: 'consultation', hall: route.hall }) },
      }, t('citizen.signIn.consultInstead')),
      h('p', { class: 'quiet small' }, t('citizen.signIn.consultInsteadWhy'))),
  ];
}

/** How the way to a provider and back went; said once. @param {App} app @param {boolean} isLacking */
function outcomeOf(app, isLacking) {
  const outcome = app.signInOutcome;
  app.signInOutcome = null;
  if (outcome && outcome !== 'done') return notice('warn', h('p', { role: 'alert' }, t(`citizen.signIn.outcome.${outcome}`)));
  if (!isLacking) return null;
  return outcome === 'done'
    ? notice('warn', h('p', { role: 'alert' }, t('citizen.signIn.notVerified')))
    : notice('info', h('p', null, t('citizen.signIn.verifyWhy')));
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
