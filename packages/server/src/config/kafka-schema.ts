import * as z from 'zod'
import {
  brokerAddress,
  brokerPassword,
  isTlsSaid,
  PASSWORD_FORM,
  passwordsOf,
  TLS_FORM,
} from './broker-access-schema.ts'
import { remoteAccess } from './remote-access-schema.ts'
import { expecting, list, section, text } from './schema-parts.ts'

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

const sasl = section(
  {
    mechanism: z.enum(MECHANISMS, { error: expecting('"PLAIN", "SCRAM-SHA-256" or "SCRAM-SHA-512"') }),
    user: text(/^\P{Cc}{1,1024}$/u, 'the name of a user'),
    ...brokerPassword,
  },
  'an object { "mechanism", "user", "passwordFile", … }',
).refine((access) => passwordsOf(access) === 1, { error: PASSWORD_FORM })

export const kafkaSchema = section(
  {
    brokers: list(brokerAddress, 'a list of brokers').min(1, { error: 'expected at least one broker' }),
    // Those that begin with two underscores are Kafka's own.
    topic: text(/^(?!__|\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, 'the name of a topic, for example "uploads"'),
    tls: z.boolean({ error: expecting('true or false') }).optional(),
    certificateAuthorityFile: remoteAccess.certificateAuthorityFile,
    sasl: sasl.optional(),
  },
  'an object { "brokers", "topic", "tls", "certificateAuthorityFile", "sasl" }',
).refine(isTlsSaid, { error: TLS_FORM })
