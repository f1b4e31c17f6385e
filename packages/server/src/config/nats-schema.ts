import {
  brokerAccess,
  brokerAddress,
  isTlsSaid,
  PASSWORD_FORM,
  passwordsOf,
  secret,
  TLS_FORM,
} from './broker-access-schema.ts'
import type { NatsConfig } from './nats-config.ts'
import { expecting, list, section, text } from './schema-parts.ts'

const SERVERS_FORM = 'a list of hosts with their ports'

export const natsSchema = section(
  {
    servers: list(brokerAddress, SERVERS_FORM).min(1, { error: expecting(SERVERS_FORM) }),
    subject: text(
      /^(?=.{1,255}$)[^\s\p{Cc}.*>]+(?:\.[^\s\p{Cc}.*>]+)*$/u,
      'a subject without wildcards, for example "storage.events"',
    ),
    ...brokerAccess,
    token: secret.optional(),
    credentialsFile: text(/^.{1,4096}$/, 'a file').optional(),
  },
  'an object { "servers", "subject", … }',
)
  .refine(isOneIdentity, { error: `${PASSWORD_FORM}, or without one token, environment or credentialsFile` })
  .refine(isTlsSaid, { error: TLS_FORM })

function isOneIdentity({ token, credentialsFile, ...access }: NatsConfig): boolean {
  const { user, password, passwordFile, environment } = access
  const others = [token, credentialsFile].filter((way) => way !== undefined).length
  if (user !== undefined) return passwordsOf(access) === 1 && others === 0
  if (password !== undefined || passwordFile !== undefined) return false
  return environment === undefined ? others <= 1 : others === 0
}
