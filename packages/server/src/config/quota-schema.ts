import * as z from 'zod'
import { expecting, section } from './schema-parts.ts'

/** How much a bucket, or all buckets of an account together, may hold; what is absent is not limited. */
export interface QuotaInput {
  /** Of all versions and of parts. */
  readonly bytes?: number | undefined
  /** Versions that are objects. */
  readonly objects?: number | undefined
}

const COUNT = 'a whole number, 0 or more'
const FORM = 'an object { "bytes", "objects" } with one of them or both'

const count = z.int({ error: expecting(COUNT) }).min(0, { error: expecting(COUNT) })

export const quotaSchema = section({ bytes: count.optional(), objects: count.optional() }, FORM).refine(
  ({ bytes, objects }) => bytes !== undefined || objects !== undefined,
  { error: expecting(FORM) },
)
