import * as z from 'zod'
import { BUCKET_ARN } from '../model/bucket-arn.ts'
import { endpoint, regionName, remoteAccess } from './remote-access-schema.ts'
import { aboveZero, expecting, list, section, text } from './schema-parts.ts'

const PARALLEL = 'a whole number from 1 to 256'

const destination = section(
  {
    arn: text(BUCKET_ARN, 'the ARN of a bucket, for example "arn:aws:s3:::photos-in-oslo"'),
    endpoint,
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket').optional(),
    region: regionName.optional(),
    ...remoteAccess,
    isHoldfast: z.boolean({ error: expecting('true or false') }).optional(),
    parallel: z
      .int({ error: expecting(PARALLEL) })
      .min(1, { error: expecting(PARALLEL) })
      .max(256, { error: expecting(PARALLEL) })
      .optional(),
    megabytesPerSecond: aboveZero.optional(),
  },
  'an object { "arn", "endpoint", … }',
)

export const replicationSchema = section(
  { destinations: list(destination, 'a list of buckets elsewhere').optional() },
  'an object { "destinations" }',
)
