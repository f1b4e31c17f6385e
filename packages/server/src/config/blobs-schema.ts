import * as z from 'zod'
import type { BlobsConfig } from './blobs-config.ts'
import { expecting, section, text } from './schema-parts.ts'

const files = section(
  { engine: z.literal('files'), directory: text(/^.{1,4096}$/, 'a folder').optional() },
  'an object { "engine", "directory" }',
)

export const blobsSchema: z.ZodType<BlobsConfig> = z.discriminatedUnion('engine', [files], {
  error: expecting('an object with an "engine" that is "files"'),
})
