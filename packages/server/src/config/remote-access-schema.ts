import * as z from 'zod'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_ID_FORM,
  SECRET_ACCESS_KEY,
  SECRET_ACCESS_KEY_FORM,
} from './access-key-form.ts'
import { expecting, section, text } from './schema-parts.ts'

export const accessKeySchema = section(
  {
    accessKeyId: text(ACCESS_KEY_ID, ACCESS_KEY_ID_FORM),
    secretAccessKey: text(SECRET_ACCESS_KEY, SECRET_ACCESS_KEY_FORM, { secret: true }),
  },
  'an object { "accessKeyId", "secretAccessKey" }',
)

/** Of an AWS API. */
export const endpoint = text(
  /^https?:\/\/[^\s/@?#]+\/?$/,
  'a URL without a path, for example "https://s3.eu-north-1.amazonaws.com"',
)

export const regionName = text(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a region name, for example "eu-north-1"')

export const environmentPrefix = text(
  /^(?!HOLDFAST_)[A-Z][A-Z0-9_]{0,63}$/,
  'what names of variables begin with, in upper case, for example "OSLO"',
)

export const remoteAccess = {
  accessKey: accessKeySchema.optional(),
  credentialsFile: text(/^.{1,4096}$/, 'a file').optional(),
  profile: text(/^[^\s[\]]{1,128}$/, 'a name without spaces').optional(),
  environment: environmentPrefix.optional(),
  privateAddresses: z.boolean({ error: expecting('true or false') }).optional(),
  certificateAuthorityFile: text(/^.{1,4096}$/, 'a file').optional(),
}
