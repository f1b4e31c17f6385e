import { GetObjectCommand, PutBucketRequestPaymentCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { otherCredentials } from '../../support/accounts.ts'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const document = (payer: string) =>
  `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`
const put = (body: string) => ({ query: 'requestPayment=', body, headers: withMd5(body) })
const PAYING = { headers: { 'x-amz-request-payer': 'requester' } }

describeBucketRequest(() => room, { method: 'PUT', ...put(document('BucketOwner')) })

it.each([
  ['MissingRequestBodyError', ''],
  ['MalformedXML', document('Nobody')],
  ['MalformedXML', document('')],
  ['MalformedXML', '<RequestPaymentConfiguration/>'],
  ['MalformedXML', '<RequestPayment/>'],
  ['MalformedXML', 'Requester'],
])('%s: %s', async (code, body) => {
  expectError(await room.ask('owner', 'PUT', await room.bucket(), undefined, put(body)), 400, code)
})

/** A bucket whose requesters pay, open to everybody, with an object. */
async function paidBucket(): Promise<string> {
  const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
  await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
  await room.must('owner', 'PUT', bucket, undefined, put(document('Requester')))
  return bucket
}

describe('Requester', () => {
  const REQUESTS: [method: string, key: string | undefined, parts: object][] = [
    ['GET', 'key', {}],
    ['HEAD', 'key', {}],
    ['GET', undefined, {}],
    ['GET', undefined, { query: 'list-type=2' }],
    ['PUT', 'new', { body: 'x' }],
    ['PUT', 'copy', {}],
    ['POST', 'parts', { query: 'uploads=' }],
    ['DELETE', 'nothing', {}],
    ['POST', undefined, { query: 'delete=', body: '<Delete><Object><Key>a</Key></Object></Delete>' }],
  ]
  it.each(REQUESTS)('%s %s %o has to agree to pay', async (method, key, parts: { body?: string }) => {
    const bucket = await paidBucket()
    const md5 = method === 'POST' && parts.body !== undefined ? withMd5(parts.body) : {}
    const own = key === 'copy' ? { 'x-amz-copy-source': `${bucket}/key` } : md5
    const ask = (who: 'owner' | 'writer' | 'anonymous', payer: string | undefined) =>
      room.ask(who, method, bucket, key, {
        ...parts,
        headers: { ...own, ...(payer !== undefined && { 'x-amz-request-payer': payer }) },
      })
    for (const payer of [undefined, 'owner', 'Requester', '']) {
      const refused = await ask('writer', payer)
      expect([refused.status, refused.headers['x-amz-request-charged']]).toEqual([403, undefined])
    }
    const charged = await ask('writer', 'requester')
    expect(charged.status).toBeLessThan(300)
    expect(charged.headers['x-amz-request-charged']).toBe('requester')
    expect((await ask('anonymous', 'requester')).status).toBe(403)
    const ours = await ask('owner', undefined)
    expect(ours.status).toBeLessThan(300)
    expect(ours.headers['x-amz-request-charged']).toBeUndefined()
  })

  it('may be agreed to in a signed URL', async () => {
    const bucket = await paidBucket()
    const request = {
      path: `/${bucket}/key`,
      presigned: { expiresSeconds: 60 },
      credentials: otherCredentials,
    }
    expectError(await rawRequest(room.server, request), 403, 'AccessDenied')
    const query = 'x-amz-request-payer=requester'
    const answer = await rawRequest(room.server, { ...request, query })
    expectSuccess(answer)
    expect(answer.headers['x-amz-request-charged']).toBe('requester')
  })

  it('holds for the source of a copy too', async () => {
    const source = await paidBucket()
    const bucket = await room.bucket({}, 'writer')
    const headers = { 'x-amz-copy-source': `${source}/key` }
    expectError(await room.ask('writer', 'PUT', bucket, 'copy', { headers }), 403, 'AccessDenied')
    const paying = { headers: { ...headers, ...PAYING.headers } }
    const answer = await room.must('writer', 'PUT', bucket, 'copy', paying)
    expect(answer.headers['x-amz-request-charged']).toBe('requester')
  })

  it('agreeing is no permission', async () => {
    const bucket = await paidBucket()
    await room.put(bucket, 'private')
    expectError(await room.ask('writer', 'GET', bucket, 'private', PAYING), 403, 'AccessDenied')
  })

  it('the SDK learns that it was charged', async () => {
    const Bucket = await paidBucket()
    const client = room.client('writer')
    const get = (RequestPayer?: 'requester') =>
      client.send(new GetObjectCommand({ Bucket, Key: 'key', ...(RequestPayer && { RequestPayer }) }))
    expect(await sdkError(get())).toEqual([403, 'AccessDenied'])
    expect((await get('requester')).RequestCharged).toBe('requester')
    client.destroy()
  })
})

it('BucketOwner charges nobody', async () => {
  const Bucket = await paidBucket()
  const client = room.client()
  const RequestPaymentConfiguration = { Payer: 'BucketOwner' as const }
  await client.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration }))
  client.destroy()
  const answer = await room.must('writer', 'GET', Bucket, 'key', PAYING)
  expect(answer.headers['x-amz-request-charged']).toBeUndefined()
  expectSuccess(await room.ask('anonymous', 'GET', Bucket, 'key'))
})
