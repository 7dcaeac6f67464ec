// Stands in for a provider of identities in the demonstration: choose a fictitious person, and go back as that person.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { getJSON, postJSON } from '../../signaling/http.js';
import { t, useTables } from '../../text/text.js';

/** @typedef {{ id: string, name: string, verified: boolean }} Person */

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const asked = new URLSearchParams(location.search);
const trouble = h('p', { class: 'field__error', role: 'alert' });

const sayTrouble = () => replaceChildren(trouble, icon('warn'), h('span', null, t('demonstration.identity.trouble')));

/** @param {string} person */
async function choose(person) {
  const [state, nonce, code_challenge, redirect_uri] = ['state', 'nonce', 'code_challenge', 'redirect_uri'].map((name) => asked.get(name) ?? '');
  try {
    const { location: back } = await postJSON('/demonstration/identity/choice', { person, state, nonce, code_challenge, redirect_uri });
    location.assign(back);
  } catch {
    sayTrouble();
  }
}

/** @param {Person[]} people */
function draw(people) {
  document.title = t('demonstration.identity.title');
  replaceChildren(main, h('div', { class: 'stack' },
    h('h1', null, t('demonstration.identity.title')),
    h('div', { class: 'notice notice--warn' }, icon('warn'), h('div', null, h('p', null, t('demonstration.identity.lead')))),
    people.map((person) =>
      h('div', { class: 'choice' },
        h('button', { class: 'button button--large button--block', type: 'button', on: { click: () => choose(person.id) } },
          t('demonstration.identity.choose', { name: person.name })),
        h('p', { class: 'quiet small' }, t(`demonstration.identity.${person.verified ? 'verified' : 'unverified'}`)))),
    trouble));
}

await useTables('shared', 'demonstration');
try {
  draw((await getJSON('/demonstration/identity/people')).people);
} catch {
  draw([]);
  sayTrouble();
}
