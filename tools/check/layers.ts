/**
 * What may import what in packages/server/src, folder by folder; a folder may always import itself. A file that lies
 * beside the folders counts as a folder of its own name: `index` is index.ts.
 */
const BELOW_S3 = [
  'audit',
  'config',
  'access',
  'federation',
  'identities',
  'model',
  'guesses',
  'metadata',
  'blobs',
  'encryption',
  'base',
]
const SERVICES = ['s3', 'iam', 'sts', 'kms']
const BELOW_ADMINISTRATION = ['background', 'backup', ...SERVICES, ...BELOW_S3]
const BELOW_HTTP = ['administration', 'limits', ...BELOW_ADMINISTRATION, 'protocol', 'signature']

export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  audit: ['base'],
  limits: ['base'],
  model: ['base'],
  metadata: ['base'],
  guesses: ['metadata', 'base'],
  federation: ['model', 'base'],
  identities: ['access', 'model', 'guesses', 'metadata', 'encryption', 'base'],
  blobs: ['base'],
  backup: ['metadata', 'blobs', 'base'],
  'store-copy': ['backup', 'metadata', 'blobs', 'base'],
  signature: ['base'],
  encryption: ['base'],
  protocol: ['model', 'base'],
  access: ['model', 'base'],
  config: ['access', 'model', 'base'],
  s3: BELOW_S3,
  iam: BELOW_S3,
  sts: BELOW_S3,
  kms: BELOW_S3,
  background: ['backup', 'protocol', ...SERVICES, ...BELOW_S3],
  administration: BELOW_ADMINISTRATION,
  'set-up': ['s3', 'protocol', ...BELOW_S3],
  http: BELOW_HTTP,
  import: ['set-up', 'http', ...BELOW_HTTP],
  'bucket-restoration': ['backup', 's3', ...BELOW_S3],
  'remote-buckets': ['import', 'http', ...BELOW_HTTP],
  'object-disk': ['import', 'protocol', 'signature', 'base'],
  // Options of tests may name what lies deep, for its type.
  'server-options': BELOW_HTTP.concat('http'),
  compose: [
    'http',
    'set-up',
    'import',
    'bucket-restoration',
    'store-copy',
    'object-disk',
    'remote-buckets',
    'server-options',
    ...BELOW_HTTP,
  ],
  'start-server': ['compose', 'server-options', 'config', 'access', 'base'],
  index: ['start-server', 'compose', 'server-options', 'config', 'access', 'model', 'base'],
  cli: ['compose', 'http', 'limits', 'server-options', 'config', 'access', 'base'],
}

/** What a folder of s3/shared may import of the others, lowest first. Rooms (s3/operations) may import them all. */
export const STOCK: Readonly<Record<string, readonly string[]>> = {
  'access-log': [],
  pages: [],
  service: ['access-log'],
  grants: ['service'],
  sealing: ['service'],
  content: ['sealing', 'service'],
  quotas: ['content'],
  bucket: ['quotas', 'pages', 'content', 'service'],
  'access-points': ['bucket', 'pages', 'service'],
  object: ['bucket', 'content', 'service'],
  replicating: ['object', 'bucket', 'content', 'service'],
  announcing: ['replicating', 'object', 'bucket', 'service'],
  'version-rows': ['announcing', 'replicating', 'object', 'bucket', 'content', 'service'],
  annotating: ['version-rows', 'content', 'sealing', 'service'],
  deciding: ['access-points', 'version-rows', 'bucket', 'grants', 'service'],
  'storage-tiers': ['object', 'bucket', 'content', 'sealing', 'service'],
  'new-object': [
    'storage-tiers',
    'deciding',
    'version-rows',
    'announcing',
    'replicating',
    'object',
    'access-points',
    'bucket',
    'content',
    'sealing',
    'grants',
    'service',
    'quotas',
  ],
  replicas: [
    'annotating',
    'new-object',
    'storage-tiers',
    'deciding',
    'version-rows',
    'announcing',
    'replicating',
    'object',
    'bucket',
    'content',
    'sealing',
    'grants',
    'service',
    'quotas',
  ],
}

/** What every operation works on is put together from all the stock: this file alone names types that stand above it. */
export const NAMES_TYPES_ABOVE = 's3/shared/service/service.ts'

/** The only folder that may import each of these; a package that is not listed may not be imported at all. */
export const OWNERS: Readonly<Record<string, string>> = {
  'node:fs': 'base',
  'node:fs/promises': 'base',
  'node:perf_hooks': 'base',
  'node:worker_threads': 'base',
  'node:http': 'http',
  'node:https': 'http',
  'node:http2': 'http',
  'node:dns': 'http',
  'node:net': 'http',
  'node:tls': 'http',
  'node:dgram': 'http',
  'node:cluster': 'cli',
  'node:child_process': 'cli',
  '@aws-sdk/client-kms': 'encryption',
  '@fastify/busboy': 'protocol',
  'aws-crt': 'base',
  commander: 'cli',
  jose: 'federation',
  fflate: 'import',
  'hyparquet-writer': 'background',
  koffi: 'blobs',
  lmdb: 'metadata',
  pg: 'metadata',
  pino: 'base',
  qr: 'iam',
  zod: 'config',
}

/** Expressions that reach for what tests must be able to replace, and the only folders that may hold them. */
export const REACHES: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly instead: string }>
> = {
  'Date.now': { folders: ['base'], instead: 'a Clock' },
  'new Date()': { folders: ['base'], instead: 'a Clock' },
  'performance.now': { folders: ['base'], instead: 'a Clock' },
  'process.hrtime': { folders: ['base'], instead: 'a Clock' },
  // A socket's deadlines run in real time, whatever the clock of S3 says.
  setTimeout: { folders: ['base', 'http'], instead: 'Clock.sleep' },
  setInterval: { folders: ['base'], instead: 'Clock.sleep' },
  'AbortSignal.timeout': { folders: ['base'], instead: 'Clock.sleep' },
  'Math.random': { folders: ['base'], instead: 'a Random' },
  randomBytes: { folders: ['base'], instead: 'a Random' },
  randomFill: { folders: ['base'], instead: 'a Random' },
  randomFillSync: { folders: ['base'], instead: 'a Random' },
  randomInt: { folders: ['base'], instead: 'a Random' },
  randomUUID: { folders: ['base'], instead: 'a Random' },
  getRandomValues: { folders: ['base'], instead: 'a Random' },
  'process.env': { folders: ['config'], instead: 'the config' },
  process: { folders: ['base', 'cli', 'config'], instead: 'what the caller passes' },
}
