import * as z from 'zod'
import { BUCKET_ARN } from '../model/bucket-arn.ts'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_ID_FORM,
  SECRET_ACCESS_KEY,
  SECRET_ACCESS_KEY_FORM,
} from './access-key-form.ts'
import { aboveZero, expecting, list, section, text } from './schema-parts.ts'

const PARALLEL = 'a whole number from 1 to 256'

export const accessKeySchema = section(
  {
    accessKeyId: text(ACCESS_KEY_ID, ACCESS_KEY_ID_FORM),
    secretAccessKey: text(SECRET_ACCESS_KEY, SECRET_ACCESS_KEY_FORM, { secret: true }),
  },
  'an object { "accessKeyId", "secretAccessKey" }',
)

const destination = section(
  {
    arn: text(BUCKET_ARN, 'the ARN of a bucket, for example "arn:aws:s3:::photos-in-oslo"'),
    endpoint: text(
      /^https?:\/\/[^\s/@?#]+\/?$/,
      'a URL without a path, for example "https://s3.eu-north-1.amazonaws.com"',
    ),
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket').optional(),
    region: text(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a region name, for example "eu-north-1"').optional(),
    accessKey: accessKeySchema.optional(),
    credentialsFile: text(/^.{1,4096}$/, 'a file').optional(),
    profile: text(/^[^\s[\]]{1,128}$/, 'a name without spaces').optional(),
    environment: text(
      /^(?!HOLDFAST_)[A-Z][A-Z0-9_]{0,63}$/,
      'what names of variables begin with, in upper case, for example "OSLO"',
    ).optional(),
    privateAddresses: z.boolean({ error: expecting('true or false') }).optional(),
    certificateAuthorityFile: text(/^.{1,4096}$/, 'a file').optional(),
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
