// The demonstration’s own provider of identities.
export default {
  'demonstration.identity.title': 'Demonstration identity provider',
  'demonstration.identity.lead': 'A demonstration, not the real identity service. The people here are fictitious. Please choose one.',
  'demonstration.identity.verified': 'verified',
  'demonstration.identity.unverified': 'not verified',
  'demonstration.identity.trouble': 'Nobody can be chosen here now. Please go back and sign in again.',
  'demonstration.identity.choose': 'Sign in as {name}',
};
