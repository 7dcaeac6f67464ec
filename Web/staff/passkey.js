// Passkeys (WebAuthn): what the browser wants as bytes goes over the wire as base64url.

/** Time for a finger, a key or a telephone. */
const TIMEOUT_MS = 120_000;

/** @param {string} text */
export function fromBase64URL(text) {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer | null} bytes */
export function toBase64URL(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Whether this page could make and use one: browsers give them to names with https, and to this machine. */
export function arePasskeysPossible() {
  return 'PublicKeyCredential' in globalThis && globalThis.isSecureContext && /[a-z]/i.test(location.hostname) && !location.hostname.includes(':');
}

/**
 * Has a passkey made.
 * @param {{passkey_challenge: string, relying_party: string, user_id: string, account: string, name: string, algorithms: number[], excluded: string[]}} setUp
 * @returns {Promise<object>} what the server wants to confirm it
 * @throws {DOMException} when the person declined, took too long, or has one already
 */
export async function makePasskey(setUp) {
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({
    publicKey: {
      challenge: fromBase64URL(setUp.passkey_challenge),
      rp: { id: setUp.relying_party, name: 'Farwindow 远窗' },
      user: { id: fromBase64URL(setUp.user_id), name: setUp.account, displayName: setUp.name },
      pubKeyCredParams: setUp.algorithms.map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: setUp.excluded.map((id) => ({ type: 'public-key', id: fromBase64URL(id) })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
      attestation: 'none',
      timeout: TIMEOUT_MS,
    },
  }));
  const response = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
  return {
    client_data: toBase64URL(response.clientDataJSON),
    authenticator_data: toBase64URL(response.getAuthenticatorData()),
    public_key: toBase64URL(response.getPublicKey()),
    algorithm: response.getPublicKeyAlgorithm(),
  };
}

/**
 * Has a passkey used.
 * @param {{challenge: string, relying_party: string, credentials: string[]}} request
 * @returns {Promise<object>} what the server wants to let in
 * @throws {DOMException} when the person declined or took too long
 */
export async function usePasskey(request) {
  const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({
    publicKey: {
      challenge: fromBase64URL(request.challenge),
      rpId: request.relying_party,
      allowCredentials: request.credentials.map((id) => ({ type: 'public-key', id: fromBase64URL(id) })),
      userVerification: 'required',
      timeout: TIMEOUT_MS,
    },
  }));
  const response = /** @type {AuthenticatorAssertionResponse} */ (credential.response);
  return {
    id: toBase64URL(credential.rawId),
    client_data: toBase64URL(response.clientDataJSON),
    authenticator_data: toBase64URL(response.authenticatorData),
    signature: toBase64URL(response.signature),
  };
}
