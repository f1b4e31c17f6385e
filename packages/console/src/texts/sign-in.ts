export const signInTexts = {
  title: 'Sign in to Holdfast',
  accessKey: 'Access key',
  secretKey: 'Secret key',
  sessionToken: 'Session token',
  hasToken: 'I have temporary credentials',
  keep: 'Stay signed in until this tab is closed',
  keepHint: 'Else a reload signs you out.',
  submit: 'Sign in',
  where: 'The server printed an access key when it first started; it is in its configuration file.',
  unprotected:
    'This page came over plain http. Keys do not cross the network, but all that you do here does, readable and changeable by others. Use https, or localhost on the machine itself.',
}
