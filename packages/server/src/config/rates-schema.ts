import * as z from 'zod'
import { aboveZero, expecting, section } from './schema-parts.ts'

function numberFrom(least: number, most: number): z.ZodNumber {
  const error = expecting(`a number from ${least} to ${most}`)
  return z.number({ error }).min(least, { error }).max(most, { error })
}

const COUNT = 'a whole number above 0'

const rate = {
  requestsPerSecond: aboveZero.optional(),
  megabytesPerSecond: numberFrom(0.001, 1_000_000).optional(),
  burstSeconds: numberFrom(0.1, 3600).optional(),
}

const RATE_FORM = 'an object { "requestsPerSecond", "megabytesPerSecond", "burstSeconds" }'

export const ratesSchema = section(
  {
    requestsAtOnce: z
      .int({ error: expecting(COUNT) })
      .positive({ error: expecting(COUNT) })
      .optional(),
    eachAccount: section(rate, RATE_FORM).optional(),
    eachUser: section(rate, RATE_FORM).optional(),
    anonymous: section(rate, RATE_FORM).optional(),
    accounts: z
      .record(
        z.string().regex(/^\d{12}$/, 'expected an account id: 12 digits'),
        section(
          { ...rate, weight: numberFrom(0.01, 100).optional() },
          'an object { "requestsPerSecond", "megabytesPerSecond", "burstSeconds", "weight" }',
        ),
        { error: expecting('an object of rates by account id') },
      )
      .optional(),
    users: z
      .record(
        z
          .string()
          .regex(
            /^arn:aws:iam::\d{12}:(user|role)\/[\x21-\x7e]{1,576}$/,
            'expected the ARN of a user or role, for example "arn:aws:iam::100000000001:user/ann"',
          ),
        section(rate, RATE_FORM),
        { error: expecting('an object of rates by ARN') },
      )
      .optional(),
  },
  'an object { "requestsAtOnce", "eachAccount", "eachUser", "anonymous", "accounts", "users" }',
)
