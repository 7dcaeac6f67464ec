// What a guest says about themselves, checked before it is sent.

/**
 * A number of any country passes when it has 7 to 15 digits (ITU-T E.164); one that begins like a Chinese mobile must be whole.
 * @param {{ name: string, telephone: string, consent: boolean }} person
 * @returns {{ name?: string, telephone?: string, consent?: string }} keys of sentences
 */
export function checkPerson({ name, telephone, consent }) {
  const digits = telephone.normalize('NFKC').replace(/[\s()+-]/g, '');
  /** @type {{ name?: string, telephone?: string, consent?: string }} */
  const problems = {};
  if (!name.trim()) problems.name = 'citizen.signIn.nameMissing';
  if (!digits) problems.telephone = 'citizen.signIn.telephoneMissing';
  else if (!/^\d{7,15}$/.test(digits)) problems.telephone = 'citizen.signIn.telephoneWrong';
  else if (/^1[3-9]/.test(digits) && !telephone.includes('+') && digits.length !== 11) problems.telephone = 'citizen.signIn.telephoneMobile';
  if (!consent) problems.consent = 'citizen.signIn.consentMissing';
  return problems;
}
