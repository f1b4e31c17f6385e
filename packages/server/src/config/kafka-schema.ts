import * as z from 'zod'
import { remoteAccess } from './remote-access-schema.ts'
import { expecting, list, section, text } from './schema-parts.ts'

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

const sasl = section(
  {
    mechanism: z.enum(MECHANISMS, { error: expecting('"PLAIN", "SCRAM-SHA-256" or "SCRAM-SHA-512"') }),
    user: text(/^\P{Cc}{1,1024}$/u, 'the name of a user'),
    password: text(/^\P{Cc}{1,1024}$/u, 'a password', { secret: true }).optional(),
    passwordFile: text(/^.{1,4096}$/, 'a file').optional(),
    environment: remoteAccess.environment,
  },
  'an object { "mechanism", "user", "passwordFile", … }',
)

const HOST = '[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]'
const PORT = '[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]'
const BROKER = new RegExp(`^(${HOST}):(${PORT})$`)

export const kafkaSchema = section(
  {
    brokers: list(
      text(BROKER, 'a host and a port, for example "kafka1.example.com:9092"'),
      'a list of brokers',
    ).min(1, { error: 'expected at least one broker' }),
    // Those that begin with two underscores are Kafka's own.
    topic: text(/^(?!__|\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, 'the name of a topic, for example "uploads"'),
    tls: z.boolean({ error: expecting('true or false') }).optional(),
    certificateAuthorityFile: remoteAccess.certificateAuthorityFile,
    sasl: sasl.optional(),
  },
  'an object { "brokers", "topic", "tls", "certificateAuthorityFile", "sasl" }',
)
