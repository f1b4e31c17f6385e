import { ListBucketsCommand, paginateListBuckets } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'

const names = ['alpha', 'alpha-1', 'alpha.2', 'beta', 'beta-10', 'beta-9', 'gamma']
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  for (const name of names.toReversed()) await createBucket(server, name)
  await rawRequest(server, { method: 'PUT', path: '/alpha-of-another', credentials: otherCredentials })
  return () => server[Symbol.asyncDispose]()
})

const list = (query = '', request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(server, { path: '/', query, ...request })
const namesOf = (answer: RawAnswer): string[] => xmlTexts(answer.text, 'Name')

/** By UTF-8 bytes: hyphen, full stop, digits, letters. */
const sorted = names.toSorted()

describe('what it lists', () => {
  it('is the account’s own buckets by name, with their time and their owner', async () => {
    const answer = await list()
    expectSuccess(answer)
    expect(answer.headers['content-type']).toBe('application/xml')
    expect(answer.text).toContain('<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
    expect(namesOf(answer)).toEqual(sorted)
    for (const date of xmlTexts(answer.text, 'CreationDate')) {
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    expect(xmlTexts(answer.text, 'ID')).toEqual([mainAccount.canonicalId])
    expect(xmlTexts(answer.text, 'ContinuationToken')).toEqual([])
  })

  it('is another account’s for that account, and nothing for nobody', async () => {
    const answer = await list('', { credentials: otherCredentials })
    expect(namesOf(answer)).toEqual(['alpha-of-another'])
    expect(xmlTexts(answer.text, 'ID')).toEqual([otherAccount.canonicalId])
    expectError(await list('', { anonymous: true }), 403, 'AccessDenied')
  })

  it('names the region where the request has a parameter', async () => {
    expect(xmlTexts((await list()).text, 'BucketRegion')).toEqual([])
    expect(xmlTexts((await list('prefix=beta')).text, 'BucketRegion')).toEqual(Array(3).fill('us-east-1'))
  })

  it('goes through the SDK', async () => {
    const { Buckets, Owner } = await s3Client(server).send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual(sorted)
    expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date)
    expect(Owner?.ID).toBe(mainAccount.canonicalId)
  })
})

describe('prefix', () => {
  it.each(['a', 'alpha', 'alpha-', 'alpha.', 'beta-10', 'delta', 'z', 'á', ' ', 'b'.repeat(63)])(
    '%j',
    async (prefix) => {
      const answer = await list(`prefix=${uriEncode(prefix)}`)
      expectSuccess(answer)
      expect(namesOf(answer)).toEqual(sorted.filter((name) => name.startsWith(prefix)))
      expect(xmlTexts(answer.text, 'Prefix')).toEqual([prefix])
    },
  )

  it('of any length has an answer', async () => {
    expect(namesOf(await list(`prefix=${'a'.repeat(5000)}`))).toEqual([])
  })

  it('that is empty is all', async () => {
    expect(namesOf(await list('prefix='))).toEqual(sorted)
  })
})

describe('pages', () => {
  it.each([1, 2, 3, 6, 7, 8, 10_000])('of %i buckets', async (pageSize) => {
    const seen: string[][] = []
    let token: string | undefined
    do {
      const after = token === undefined ? '' : `&continuation-token=${uriEncode(token)}`
      const answer = await list(`max-buckets=${pageSize}${after}`)
      expectSuccess(answer)
      seen.push(namesOf(answer))
      ;[token] = xmlTexts(answer.text, 'ContinuationToken')
    } while (token !== undefined)
    expect(seen.flat()).toEqual(sorted)
    expect(seen).toHaveLength(Math.ceil(sorted.length / pageSize))
  })

  it('keep to the prefix, and go on behind a bucket that is gone', async () => {
    await using here = await startTestServer()
    for (const name of ['b-1', 'b-1x', 'b-2', 'c-1']) await createBucket(here, name)
    const first = await rawRequest(here, { path: '/', query: 'prefix=b-&max-buckets=1' })
    expect(namesOf(first)).toEqual(['b-1'])
    await rawRequest(here, { method: 'DELETE', path: '/b-1' })
    const [token = ''] = xmlTexts(first.text, 'ContinuationToken')
    const query = `prefix=b-&max-buckets=5&continuation-token=${uriEncode(token)}`
    const rest = await rawRequest(here, { path: '/', query })
    expect(namesOf(rest)).toEqual(['b-1x', 'b-2'])
    expect(xmlTexts(rest.text, 'ContinuationToken')).toEqual([])
  })

  it('go through the SDK’s paginator', async () => {
    const pages = paginateListBuckets({ client: s3Client(server), pageSize: 3 }, { Prefix: '' })
    const seen: (string | undefined)[] = []
    for await (const { Buckets } of pages) seen.push(...(Buckets ?? []).map(({ Name }) => Name))
    expect(seen).toEqual(sorted)
  })

  it.each(['0', '-1', '10001', '99999999999', 'ten', '1.5'])('max-buckets=%s is refused', async (count) => {
    const element = expectError(await list(`max-buckets=${count}`), 400, 'InvalidArgument')
    expect([element('ArgumentName'), element('ArgumentValue')]).toEqual(['max-buckets', count])
  })

  it.each(['garbage', '%00', '', `M${'A'.repeat(1500)}`, 'eA'.repeat(3000)])(
    'a token of no page is refused: %#',
    async (token) => {
      expectError(await list(`continuation-token=${token}`), 400, 'InvalidArgument')
    },
  )

  it('a token that only looks like one is harmless', async () => {
    const token = Buffer.from(`1${'\u{10ffff}'.repeat(500)}`).toString('base64url')
    expect(namesOf(await list(`continuation-token=${token}`))).toEqual([])
  })
})

describe('bucket-region', () => {
  it('may be the endpoint’s', async () => {
    const answer = await list('bucket-region=us-east-1')
    expect(namesOf(answer)).toEqual(sorted)
    expect(xmlTexts(answer.text, 'BucketRegion')).toEqual(sorted.map(() => 'us-east-1'))
  })

  it('may not be another', async () => {
    const element = expectError(await list('bucket-region=eu-west-1'), 400, 'InvalidArgument')
    expect(element('ArgumentName')).toBe('bucket-region')
    const command = new ListBucketsCommand({ BucketRegion: 'eu-west-1' })
    expect(await sdkError(s3Client(server).send(command))).toEqual([400, 'InvalidArgument'])
  })
})
