import {
  brokerAccess,
  brokerAddress,
  isTlsSaid,
  PASSWORD_FORM,
  passwordsOf,
  TLS_FORM,
} from './broker-access-schema.ts'
import type { RedisConfig } from './redis-config.ts'
import { section, text, whole } from './schema-parts.ts'

const KEY = text(/^[^\p{Cc}]{1,1024}$/u, 'the name of a key')

export const redisSchema = section(
  {
    address: brokerAddress,
    stream: KEY.optional(),
    mostEntries: whole(1).optional(),
    list: KEY.optional(),
    database: whole(0).optional(),
    ...brokerAccess,
  },
  'an object { "address", "stream", "list", … }',
)
  .refine(({ stream, list }) => (stream === undefined) !== (list === undefined), {
    error: 'expected a stream or a list',
  })
  .refine(({ stream, mostEntries }) => mostEntries === undefined || stream !== undefined, {
    error: 'mostEntries is of a stream',
  })
  .refine(isOneIdentity, { error: PASSWORD_FORM })
  .refine(isTlsSaid, { error: TLS_FORM })

/** A password alone is that of the user `default`. */
function isOneIdentity(access: RedisConfig): boolean {
  const passwords = passwordsOf(access)
  return passwords === 1 || (passwords === 0 && access.user === undefined)
}
