// Signing in by a provider of identities: there and back again. The address that it comes back with says only how it went; where to go on is kept here.

import { getJSON } from '../signaling/http.js';

/** @import { IdentityProvider } from './wire.js' */

const FROM_KEY = 'farwindow.sign-in-from';
const OUTCOMES = ['done', 'refused', 'expired', 'unavailable'];

/** The wording of the terms that people agree to. */
export const TERMS_VERSION = '2026-11';

/** @returns {Promise<IdentityProvider[]>} none, when they cannot be had: then everybody is a guest */
export async function citizenProviders() {
  try {
    const { providers } = await getJSON('/identity-providers');
    return providers.filter((/** @type {IdentityProvider} */ one) => one.audience === 'citizen');
  } catch {
    return [];
  }
}

/** Leaves this page. @param {string} provider */
export function goToProvider(provider) {
  try { sessionStorage.setItem(FROM_KEY, location.hash); } catch { /* Then one comes back to the first page. */ }
  location.assign(`/api/v1/oidc/${encodeURIComponent(provider)}/start?terms_version=${TERMS_VERSION}`);
}

/**
 * Whether this page was opened by a way back; the address is made an ordinary one again.
 * @returns {string | null} `done`, or why not
 */
export function comeBack() {
  const outcome = new URLSearchParams(location.search).get('sign-in');
  if (!outcome || !OUTCOMES.includes(outcome)) return null;
  let from = '';
  try {
    from = sessionStorage.getItem(FROM_KEY) ?? '';
    sessionStorage.removeItem(FROM_KEY);
  } catch { /* see above */ }
  history.replaceState(null, '', location.pathname + (from.startsWith('#/') ? from : '#/'));
  return outcome;
}
