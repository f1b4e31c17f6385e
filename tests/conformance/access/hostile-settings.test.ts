import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom, blockDocument, ownershipDocument, withMd5 } from './access-room.ts'

/** Wrong input has an error of the 400s, whatever is wrong with it. ACLs and policies have tests of their own. */

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const PAYMENT = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'
const DOCUMENTS: [setting: string, valid: string][] = [
  ['ownershipControls', ownershipDocument('ObjectWriter')],
  ['publicAccessBlock', blockDocument(['BlockPublicAcls', 'IgnorePublicAcls'])],
  ['requestPayment', PAYMENT],
]

/** A document with one thing changed: cut, doubled, filled with something else. */
function damaged(valid: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      '',
      '<',
      '>',
      '&',
      '&amp;',
      '<!DOCTYPE x [<!ENTITY a "a">]>',
      '<![CDATA[x]]>',
      '\u0000',
      '</Rule>',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const position = fc.nat({ max: valid.length })
  return fc
    .tuple(position, position, piece)
    .map(
      ([start, end, text]) => valid.slice(0, Math.min(start, end)) + text + valid.slice(Math.max(start, end)),
    )
}

describe('a damaged document', () => {
  it.each(DOCUMENTS)('%s never fails the server', { timeout: 60_000 }, async (setting, valid) => {
    const bucket = await room.bucket()
    await fc.assert(
      fc.asyncProperty(damaged(valid), async (body) => {
        const headers = withMd5(body)
        const answer = await room.ask('owner', 'PUT', bucket, undefined, {
          query: `${setting}=`,
          body,
          headers,
        })
        expect([200, 400]).toContain(answer.status)
      }),
      { numRuns: 100 },
    )
  })
})

const HEADERS = [
  'x-amz-expected-bucket-owner',
  'x-amz-source-expected-bucket-owner',
  'x-amz-request-payer',
  'x-amz-object-ownership',
  'x-amz-acl',
  'x-amz-grant-write',
  'x-amz-confirm-remove-self-bucket-access',
  'x-amz-bucket-object-lock-enabled',
]

it('hostile headers never fail the server', { timeout: 60_000 }, async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const Condition = { StringNotEquals: { 's3:x-amz-acl': 'private' } }
  await room.policy(bucket, { Action: 's3:PutObject', Condition, Resource: `arn:aws:s3:::${bucket}/*` })
  const value = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\u0020-\u007e]/g, '?').trim())
  const headers = fc.dictionary(fc.constantFrom(...HEADERS), value, { minKeys: 1 })
  const target = fc.constantFrom<[method: string, key: string | undefined, query: string]>(
    ['GET', 'key', ''],
    ['PUT', 'key', ''],
    ['PUT', 'key', 'acl='],
    ['PUT', undefined, ''],
    ['PUT', undefined, 'acl='],
    ['GET', undefined, 'policy='],
    ['DELETE', undefined, 'policy='],
  )
  await fc.assert(
    fc.asyncProperty(headers, target, async (headers, [method, key, query]) => {
      const answer = await room.ask('writer', method, bucket, key, { query, headers })
      expect(answer.status).toBeLessThan(500)
      const own = await room.ask('owner', method, bucket, key, { query, headers })
      expect(own.status).toBeLessThan(500)
    }),
    { numRuns: 200 },
  )
})
