const BELOW_VIEWS = ['shared', 'api', 'texts']

/** What a room of packages/console/src may import of the others; a room may always import itself. Lowest first. */
export const CONSOLE_LAYERS: Readonly<Record<string, readonly string[]>> = {
  texts: [],
  api: [],
  shared: ['api', 'texts'],
  transfers: BELOW_VIEWS,
  policy: BELOW_VIEWS,
  access: BELOW_VIEWS,
  buckets: BELOW_VIEWS,
  keys: BELOW_VIEWS,
  people: ['access', 'policy', ...BELOW_VIEWS],
  running: BELOW_VIEWS,
  'sign-in': BELOW_VIEWS,
  'bucket-settings': ['access', 'policy', ...BELOW_VIEWS],
  account: ['bucket-settings', ...BELOW_VIEWS],
  jobs: ['bucket-settings', ...BELOW_VIEWS],
  objects: ['access', 'transfers', ...BELOW_VIEWS],
  shell: [
    'access',
    'account',
    'bucket-settings',
    'buckets',
    'jobs',
    'keys',
    'objects',
    'people',
    'running',
    'sign-in',
    'transfers',
    ...BELOW_VIEWS,
  ],
  main: ['shell', 'shared'],
}

/** The only rooms that may import each of these packages; one that is not listed may not be imported at all. */
export const CONSOLE_PACKAGES: Readonly<Record<string, readonly string[] | 'all'>> = {
  preact: 'all',
  '@preact/signals': 'all',
  '@noble/hashes': ['api'],
  'client-zip': ['objects'],
  qr: ['shared'],
  uplot: ['shared'],
}
