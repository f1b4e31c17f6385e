import * as z from 'zod'
import { expecting, list, text } from './schema-parts.ts'

/** Where messages are posted; the members of a section. */
export const webhook = {
  // The path may be a secret. Credentials go into `authorization`, fragments nowhere.
  url: text(/^https?:\/\/[^\s/@?#]+(\/[^\s#]*)?$/, 'a URL, for example "https://hooks.example.com/s3"', {
    secret: true,
  }),
  authorization: text(
    /^[\x21-\x7e]([\x20-\x7e]{0,4094}[\x21-\x7e])?$/,
    'the value of an Authorization header',
    {
      secret: true,
    },
  ).optional(),
  accounts: list(text(/^\d{12}$/, '12 digits in quotes'), 'a list of account ids').optional(),
  privateAddresses: z.boolean({ error: expecting('true or false') }).optional(),
}

export const WEBHOOK_FORM = 'an object { "url", "authorization", "accounts", "privateAddresses" }'
