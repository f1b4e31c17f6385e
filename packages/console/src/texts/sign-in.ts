export const signInTexts = {
  title: 'Sign in to Holdfast',
  ended: 'Your session has ended',
  endedDetail: 'Sign in again to go on. With a key or a password, what you have typed on the page stays.',
  accessKey: 'Access key',
  secretKey: 'Secret key',
  sessionToken: 'Session token',
  hasToken: 'I have temporary credentials',
  keep: 'Stay signed in until this tab is closed',
  keepHint: 'Else a reload signs you out.',
  submit: 'Sign in',
  where:
    'The server printed an access key when it first started. It is in credentials.json of its data folder.',
  ways: 'How to sign in',
  withKey: 'With an access key',
  withName: 'With a name and password',
  withProvider: (name: string) => `Sign in with ${name}`,
  failed: 'Signing in failed.',
  /** By the reason that the server gives in the address. */
  reasons: {
    expired: 'It took too long, or was begun elsewhere. Try again.',
    refused: 'You or the provider have refused it.',
    provider:
      'The provider cannot be reached, or its answer is of no use. Whoever runs this server finds more in its log.',
    role: 'The provider knows you, but this server does not let you in. Ask whoever manages it for a role.',
    'too-many': 'There were too many tries from this address. Wait some minutes.',
  } as Readonly<Record<string, string>>,
  account: 'Account id or alias',
  userName: 'User name',
  password: 'Password',
  code: 'One-time code',
  mustChange: 'The password is right, and has to be changed now.',
  newPassword: 'New password',
  unprotected:
    'This page came over plain http. Keys do not cross the network, but all that you do here does, readable and changeable by others. Use https, or localhost on the machine itself.',
}
