import * as z from 'zod'
import { brokerPassword, PASSWORD_FORM, passwordsOf } from './broker-access-schema.ts'
import { remoteAccess } from './remote-access-schema.ts'
import { expecting, section } from './schema-parts.ts'

const URL_FORM = 'a URL "amqp://HOST:PORT/VIRTUAL-HOST" or "amqps://…", without a user or a password'
const URL_PATTERN = /^amqps?:\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(\/[^\s/@?#]*)?$/i

// What it holds is not told: who writes a URL for other programs writes a password into it.
const url = z
  .string({ error: expecting(URL_FORM, { secret: true }) })
  .refine((value) => URL_PATTERN.test(value) && URL.canParse(value.replace(/^amqp/, 'http')), {
    error: expecting(URL_FORM, { secret: true }),
  })

/** Source: AMQP 0-9-1, 4.2.5.3: a short string has 255 octets at most. */
function shortText(form: string) {
  const error = expecting(form)
  return z
    .string({ error })
    .refine((value) => Buffer.byteLength(value) < 256 && !/\p{Cc}/u.test(value), { error })
}

export const amqp = section(
  {
    url,
    user: shortText('the name of a user, of at most 255 bytes'),
    ...brokerPassword,
    exchange: shortText('the name of an exchange, of at most 255 bytes').optional(),
    routingKey: shortText('a routing key, of at most 255 bytes').optional(),
    certificateAuthorityFile: remoteAccess.certificateAuthorityFile,
  },
  'an object { "url", "user", "password", "exchange", "routingKey", … }',
)
  .refine((broker) => passwordsOf(broker) === 1, { error: PASSWORD_FORM })
  .refine(({ exchange, routingKey }) => (exchange ?? '') !== '' || (routingKey ?? '') !== '', {
    error: 'expected an exchange, or a routingKey that is the name of a queue, or both',
  })
