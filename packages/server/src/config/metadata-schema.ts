import * as z from 'zod'
import { type MetadataConfig, readDatabaseUrl } from './metadata-config.ts'
import { expecting, expectingEngine, section, text } from './schema-parts.ts'

const URLS = 'a URL "postgresql://USER@HOST:PORT/DATABASE", or a list of them'
const CONNECTIONS = 'a whole number of connections from 2 to 100'
const file = text(/^.{1,4096}$/, 'a file')

// What it holds is not told: it may be a secret.
const url = z
  .string({ error: expecting(URLS, { secret: true }) })
  .refine((value) => readDatabaseUrl(value) !== undefined, {
    error: `expected ${URLS}, with nothing else in it; a password is given in passwordFile or HOLDFAST_METADATA_PASSWORD`,
  })

const TLS = 'false, or an object { "caFile", "certificateFile", "keyFile" }'

const tls = section(
  { caFile: file.optional(), certificateFile: file.optional(), keyFile: file.optional() },
  TLS,
).refine(({ certificateFile, keyFile }) => (certificateFile === undefined) === (keyFile === undefined), {
  error: 'a certificate needs its key, and a key its certificate',
})

const lmdb = section({ engine: z.literal('lmdb') }, 'an object { "engine" }')

const postgresql = section(
  {
    engine: z.literal('postgresql'),
    url: z.union([url, z.array(url).min(1, { error: expecting(URLS, { secret: true }) })], {
      error: expecting(URLS, { secret: true }),
    }),
    poolSize: z
      .int({ error: expecting(CONNECTIONS) })
      .min(2, { error: expecting(CONNECTIONS) })
      .max(100, { error: expecting(CONNECTIONS) })
      .optional(),
    passwordFile: file.optional(),
    tls: z.union([z.literal(false), tls], { error: expecting(TLS) }).optional(),
  },
  'an object { "engine", "url", "poolSize", "passwordFile", "tls" }',
)

export const metadataSchema: z.ZodType<MetadataConfig> = z.discriminatedUnion('engine', [lmdb, postgresql], {
  error: expectingEngine('"lmdb" or "postgresql"'),
})
