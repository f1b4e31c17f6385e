import * as z from 'zod'
import type { BlobsConfig } from './blobs-config.ts'
import { expecting, expectingEngine, section, text } from './schema-parts.ts'

const SECONDS = 'a number of seconds from 1 to 600'
const NAME = /^[\w.-]{1,100}$/

const files = section(
  { engine: z.literal('files'), directory: text(/^.{1,4096}$/, 'a folder').optional() },
  'an object { "engine", "directory" }',
)

const ceph = section(
  {
    engine: z.literal('ceph'),
    pool: text(NAME, 'the name of a pool, for example "holdfast"'),
    user: text(/^(client\.)?[\w.-]{1,100}$/, 'a user of Ceph, for example "client.holdfast"'),
    configFile: text(/^.{1,4096}$/, 'a file').optional(),
    namespace: text(NAME, 'the name of a namespace of the pool').optional(),
    timeoutSeconds: z
      .int({ error: expecting(SECONDS) })
      .min(1, { error: expecting(SECONDS) })
      .max(600, { error: expecting(SECONDS) })
      .optional(),
  },
  'an object { "engine", "pool", "user", "configFile", "namespace", "timeoutSeconds" }',
)

export const blobsSchema: z.ZodType<BlobsConfig> = z.discriminatedUnion('engine', [files, ceph], {
  error: expectingEngine('"files" or "ceph"'),
})
