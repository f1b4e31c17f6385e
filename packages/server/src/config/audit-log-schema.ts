import * as z from 'zod'
import { aboveZero, expecting, section, text } from './schema-parts.ts'
import { webhook } from './webhook-schema.ts'

const { accounts: _ofBuckets, ...toAddress } = webhook

export const auditLogSchema = section(
  {
    directory: text(/./, 'the path of a folder'),
    isRequired: z.boolean({ error: expecting('true or false') }).optional(),
    rotateMegabytes: aboveZero.optional(),
    keepDays: aboveZero.optional(),
    webhook: section(toAddress, 'an object { "url", "authorization", "privateAddresses" }').optional(),
  },
  'an object { "directory", "isRequired", "rotateMegabytes", "keepDays", "webhook" }',
)
