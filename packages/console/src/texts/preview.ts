export const previewTexts = {
  show: 'Show who gains and loses',
  title: 'Who gains and loses',
  gains: 'gains',
  loses: 'loses',
  same: (names: string) => `Nothing changes for ${names}.`,
  nobody: 'Nobody who was asked about gains or loses anything.',
  refused:
    'The server would refuse this: you may not do it, or it would make public what is kept from becoming public (see Public access).',
  untold: (name: string) => `Of ${name} it cannot be told.`,
  anybody: 'anybody, without signing in',
  thisAccount: 'this account',
  of: (what: string, resource: string) => `${what} (${resource})`,
  more: 'Ask about somebody else too',
  moreHint: 'An account id, user/NAME, role/NAME or an ARN',
  sample: 'any-object',
}
