// One's own security: second steps, recovery codes, password.

import { t, getLocale, useTables } from '../text/text.js';
import { h, icon, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { getJSON, postJSON } from '../signaling/http.js';
import { applyScheme, localeSwitch, schemeSwitch } from '../seat/preferences.js';
import { currentStaff, signInStaff, signOutStaff } from '../seat/staff-sign-in.js';
import { addCode, addPasskey, showRecoveryCodes } from './add-factor.js';
import { arePasskeysPossible } from './passkey.js';
import { changePassword } from './password.js';
import { prove } from './prove.js';

/** @typedef {import("./add-factor.js").OwnSecurity} OwnSecurity */
/** @typedef {import("./add-factor.js").SecondFactor} SecondFactor */

const root = /** @type {HTMLElement} */ (document.getElementById('page'));
const HALL_TIME = 'Asia/Shanghai';

/** @param {string} instant */
const day = (instant) => new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium', timeZone: HALL_TIME }).format(new Date(instant));

async function start() {
  applyScheme();
  await useTables('shared', 'seat', 'security');
  document.title = `${t('security.title')} · ${t('shared.app')}`;
  announce('');
  try {
    const staff = await currentStaff() ??
      await signInStaff(root, { title: t('security.sign-in.title'), lead: t('seat.sign-in.lead'), role: 'agent', roles: [], extra: localeSwitch() });
    openSecurity(staff, await getJSON('/staff/security'));
  } catch (error) {
    replaceChildren(
      root,
      h('main', { class: 'sign-in' }, h(
        'div', { class: 'card sign-in__card' },
        h('h1', {}, t('security.title')),
        h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
        h('button', { class: 'button button--primary', on: { click: () => location.reload() } }, t('shared.retry')),
      )),
    );
  }
}

/** Where this person came from, or works. @param {import("../seat/staff-sign-in.js").StaffMember} staff */
function wayBack(staff) {
  const from = new URLSearchParams(location.search).get('from');
  const isSeat = from ? from === 'seat' : staff.roles.includes('agent');
  return h('a', { class: 'button', href: isSeat ? '../seat/' : '../admin/' }, icon('left'), t(isSeat ? 'security.back-to-seat' : 'security.back-to-admin'));
}

/** @param {import("../seat/staff-sign-in.js").StaffMember} staff @param {OwnSecurity} first */
function openSecurity(staff, first) {
  let security = first;
  const said = h('div', { role: 'status' });
  const factors = h('section', { class: 'card', 'aria-labelledby': 'factors' });
  const recovery = h('section', { class: 'card', 'aria-labelledby': 'recovery' });
  const password = h('section', { class: 'card', 'aria-labelledby': 'password-title' });
  replaceChildren(
    root,
    h(
      'header', { class: 'security__bar' }, wayBack(staff), h('span', { class: 'security__space' }), h('span', {}, staff.name),
      h('button', { class: 'button button--quiet', type: 'button', on: { click: leave } }, t('seat.bar.sign-out')), localeSwitch(), schemeSwitch(),
    ),
    h('main', { class: 'security' }, h('h1', {}, t('security.title')), said, factors, recovery, password),
  );

  async function leave() {
    await signOutStaff().catch(() => {});
    location.reload();
  }

  /** @param {string} sentence @param {"good" | "warn"} [tone] */
  function tell(sentence, tone = 'good') {
    replaceChildren(said, sentence ? h('p', { class: `notice notice--${tone}` }, icon(tone === 'good' ? 'check' : 'warn'), h('span', {}, sentence)) : null);
  }

  /** @param {OwnSecurity} [now] */
  function draw(now = security) {
    security = now;
    drawFactors();
    drawRecovery();
    drawPassword();
  }

  // MARK: Second steps

  /** The password is asked for once there is something that it protects. */
  const proof = () => security.second_factors.length > 0 ? prove() : Promise.resolve({});

  const done = (/** @type {import("./add-factor.js").Added} */ added) => {
    security = added.security;
    if (!added.recovery_codes) return finished();
    showRecoveryCodes(factors, added.recovery_codes, finished);
  };

  function finished() {
    draw();
    tell(t('security.done'));
    /** @type {HTMLElement | null} */ (factors.querySelector('button'))?.focus();
  }

  /** @param {"totp" | "passkey"} kind */
  async function add(kind) {
    tell('');
    const given = await proof();
    if (!given) return;
    try {
      if (kind === 'passkey') addPasskey(factors, given, done, () => draw());
      else await addCode(factors, given, done, () => draw());
    } catch (problem) {
      draw();
      tell(/** @type {Error} */ (problem).message, 'warn');
    }
  }

  /** @param {SecondFactor} factor */
  async function remove(factor) {
    tell('');
    const isLast = security.second_factors.length === 1;
    const given = await prove({
      title: t('security.remove-title', { name: factor.name }), what: t('security.remove-what') + (isLast ? ` ${t('security.remove-last')}` : ''), confirm: t('security.remove'),
      isDangerous: true,
    });
    if (!given) return;
    try {
      security = await postJSON(`/staff/security/second-factors/${factor.id}/remove`, given);
      // Where one is required the way back in leads over setting one up.
      if (security.second_factor_required && security.second_factors.length === 0) return location.reload();
      finished();
    } catch (problem) {
      tell(/** @type {Error} */ (problem).message, 'warn');
    }
  }

  function drawFactors() {
    const list = security.second_factors.map((factor) => h(
      'li', { class: 'security__factor' },
      h(
        'div', {}, h('p', { class: 'strong' }, factor.name),
        h('p', { class: 'small quiet' }, [
          t(`security.kind.${factor.kind}`), t('security.added', { day: day(factor.added_at) }),
          factor.used_at ? t('security.used', { day: day(factor.used_at) }) : t('security.unused'),
        ].join(' · ')),
      ),
      h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t('security.remove-who', { name: factor.name }), on: { click: () => remove(factor) } }, icon('trash'), t('security.remove')),
    ));
    replaceChildren(
      factors,
      h('h2', { id: 'factors' }, t('security.factors')),
      h('p', { class: 'quiet' }, t(list.length > 0 ? 'security.factors-what' : 'security.factors-none')),
      list.length > 0 ? h('ul', { class: 'security__list' }, list) : null,
      h(
        'div', { class: 'set-up__buttons' },
        h('button', { class: 'button button--primary', type: 'button', on: { click: () => add('totp') } }, icon('phone-hand'), t('security.add-code')),
        arePasskeysPossible() ? h('button', { class: 'button', type: 'button', on: { click: () => add('passkey') } }, icon('user'), t('security.add-passkey')) : null,
      ),
    );
  }

  // MARK: Recovery codes

  async function renew() {
    tell('');
    const given = await prove();
    if (!given) return;
    try {
      const made = await postJSON('/staff/security/recovery-codes', given);
      security = await getJSON('/staff/security');
      showRecoveryCodes(recovery, made.recovery_codes, finished);
    } catch (problem) {
      tell(/** @type {Error} */ (problem).message, 'warn');
    }
  }

  function drawRecovery() {
    const isThere = security.second_factors.length > 0;
    replaceChildren(
      recovery,
      h('h2', { id: 'recovery' }, t('security.recovery')),
      h('p', { class: 'quiet' }, isThere ? t('security.recovery-left', { n: security.recovery_codes_left }) : t('security.recovery-none')),
      isThere ? h('div', {}, h('button', { class: 'button', type: 'button', on: { click: renew } }, t('security.recovery.renew'))) : null,
    );
  }

  // MARK: Password

  function drawPassword() {
    const facts = [
      security.password_set_at ? t('security.password-set', { day: day(security.password_set_at) }) : '',
      security.password_expires_at ? t('security.password-ends', { day: day(security.password_expires_at) }) : '',
    ].filter(Boolean);
    const change = h('button', {
      class: 'button', type: 'button',
      on: {
        click() {
          tell('');
          changePassword(password, staff, async (isChanged) => {
            if (isChanged) security = await getJSON('/staff/security').catch(() => security);
            draw();
            if (isChanged) tell(t('security.password.changed'));
          });
        },
      },
    }, t('security.password.change'));
    replaceChildren(password, h('h2', { id: 'password-title' }, t('security.password')), facts.length > 0 ? h('p', { class: 'quiet' }, facts.join(' ')) : null, h('div', {}, change));
  }

  draw();
}

start();
