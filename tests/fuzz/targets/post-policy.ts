import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { checkFormPolicy } from '../../../packages/server/src/protocol/form-policy.ts'
import { firstLine, type FuzzTarget, latin1, outcomeOf } from '../fuzz-target.ts'

const now = new Date('2026-03-04T05:06:07Z')
const start = '{"expiration":"2026-12-01T12:00:00.000Z","conditions":['

/** The policies of forms: fields as a query, then the policy. */
export const postPolicy: FuzzTarget = {
  seeds: [
    `key=a/b&acl=private\n${start}{"bucket":"b"},["starts-with","$key","a/"],{"acl":"private"},["content-length-range",1,"10"]]}`,
    `key=k&content-type=a,b\n${start}["eq","$key","k"],["starts-with","$Content-Type",""],["starts-with","$bucket",""],]}`,
    `x-ignore-a=1&key=\\$\n${start}["eq","$key","\\\\\\$"],{"bucket":"b"}]}`,
  ],
  words: [
    '"content-length-range"',
    '"starts-with"',
    '"eq"',
    '"$',
    '\\$',
    '\\v',
    '{"__proto__":"a"}',
    '2026-12-01T12:00:00Z',
  ],
  run(bytes) {
    const [line, policy] = firstLine(bytes)
    const fields = new Map(new URLSearchParams(line))
    const check = (text: string) =>
      outcomeOf(
        () => checkFormPolicy(text, { fields, bucket: 'b', now }),
        (error) => error instanceof S3Error && error.status < 500,
      )
    const { value } = check(policy.toString('base64'))
    for (const { minimum, maximum } of value ?? []) assert.ok(minimum >= 0 && Number.isSafeInteger(maximum))
    check(latin1(policy))
  },
}
