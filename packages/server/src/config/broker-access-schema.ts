import * as z from 'zod'
import type { BrokerAccess, BrokerPassword } from './broker-access.ts'
import { environmentPrefix } from './remote-access-schema.ts'
import { expecting, text } from './schema-parts.ts'

const HOST = '[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]'
const PORT = '[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]'

export const brokerAddress = text(
  new RegExp(`^(?:${HOST}):(?:${PORT})$`),
  'a host and a port, for example "events.example.com:4222"',
)

/** Without control characters: they end a line in a log, and a command in some protocols. */
export const secret = text(/^[^\p{Cc}]{1,4096}$/u, 'a text without control characters', { secret: true })

export const brokerPassword = {
  password: secret.optional(),
  passwordFile: text(/^.{1,4096}$/, 'a file').optional(),
  environment: environmentPrefix.optional(),
}

export const brokerAccess = {
  user: text(/^[^\p{Cc}]{1,256}$/u, 'a name').optional(),
  ...brokerPassword,
  tls: z.boolean({ error: expecting('true or false') }).optional(),
  certificateAuthorityFile: text(/^.{1,4096}$/, 'a file').optional(),
}

const WAYS = ['password', 'passwordFile', 'environment'] as const

/** How many ways there are to know the password. */
export function passwordsOf(access: BrokerPassword): number {
  return WAYS.filter((way) => access[way] !== undefined).length
}

export const PASSWORD_FORM = `expected one of ${WAYS.join(', ')} beside a user`

export function isTlsSaid({
  certificateAuthorityFile,
  tls,
}: Pick<BrokerAccess, 'certificateAuthorityFile' | 'tls'>): boolean {
  return certificateAuthorityFile === undefined || tls === true
}

export const TLS_FORM = 'a certificateAuthorityFile is of TLS; expected "tls": true beside it'
