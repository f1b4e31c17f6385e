/**
 * A condition holds or not by what the operation reads. What it takes no heed of, in a header or in the query, does not make it hold. Sources: S3 User
 * Guide, "Enforce conditional deletes on Amazon S3 buckets" and "Tagging and access control policies"; Service Authorization Reference, Amazon S3.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessRoom, withMd5, writer } from './access-room.ts'

let room: AccessRoom
let bucket: string
beforeAll(async () => {
  room = await AccessRoom.open()
  bucket = await room.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' })
  return () => room[Symbol.asyncDispose]()
})

const Principal = { AWS: writer.id }

async function allow(action: string, condition: object, ...others: string[]): Promise<void> {
  const statements = others.map((name) => ({ Principal, Action: `s3:${name}` }))
  await room.policy(bucket, { Principal, Action: `s3:${action}`, Condition: condition }, ...statements)
}

describe('DeleteObjects', () => {
  const onlyConditional = { Null: { 's3:if-match': 'false' } }

  async function remove(key: string, etag: string | undefined, headers: Record<string, string> = {}) {
    const tag = etag === undefined ? '' : `<ETag>${etag}</ETag>`
    const body = `<Delete><Object><Key>${key}</Key>${tag}</Object></Delete>`
    const answer = await room.ask('writer', 'POST', bucket, undefined, {
      query: 'delete=',
      body,
      headers: { ...withMd5(body), ...headers },
    })
    return xmlTexts(answer.text, 'Code')[0] ?? answer.status
  }

  it('is conditional where the entity tag stands beside the key', async () => {
    const { headers } = await room.put(bucket, 'tagged')
    await allow('DeleteObject', onlyConditional, 'GetObject')
    expect(await remove('tagged', undefined)).toBe('AccessDenied')
    expect(await remove('tagged', headers.etag)).toBe(200)
    await room.put(bucket, 'any')
    await allow('DeleteObject', { StringEquals: { 's3:if-match': '*' } })
    expect(await remove('any', '*')).toBe(200)
  })

  it('is not by a header, which it takes no heed of', async () => {
    await room.put(bucket, 'kept')
    await allow('DeleteObject', onlyConditional, 'GetObject')
    for (const value of ['*', '"0123456789abcdef0123456789abcdef"'])
      expect(await remove('kept', undefined, { 'if-match': value })).toBe('AccessDenied')
  })
})

it('the tags of PutObjectTagging are those of its document', async () => {
  await room.put(bucket, 'tags')
  await allow('PutObjectTagging', { StringEquals: { 's3:RequestObjectTag/project': 'x' } })
  const tag = (key: string, headers: Record<string, string> = {}) => {
    const body = `<Tagging><TagSet><Tag><Key>${key}</Key><Value>x</Value></Tag></TagSet></Tagging>`
    return room.ask('writer', 'PUT', bucket, 'tags', {
      query: 'tagging=',
      body,
      headers: { ...withMd5(body), ...headers },
    })
  }
  expectError(await tag('owner', { 'x-amz-tagging': 'project=x' }), 403, 'AccessDenied')
  expectSuccess(await tag('project'))
})

it('the lock of PutObjectRetention is that of its document', async () => {
  await room.put(bucket, 'locked')
  await allow(
    'PutObjectRetention',
    { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '10' } },
    'BypassGovernanceRetention',
  )
  const until = new Date(room.server.clock.now().getTime() + 30 * 86_400_000).toISOString()
  const retain = (content: string, headers: Record<string, string> = {}) => {
    const body = `<Retention>${content}</Retention>`
    return room.ask('writer', 'PUT', bucket, 'locked', {
      query: 'retention=',
      body,
      headers: { ...withMd5(body), 'x-amz-bypass-governance-retention': 'true', ...headers },
    })
  }
  expectSuccess(await retain(`<Mode>GOVERNANCE</Mode><RetainUntilDate>${until}</RetainUntilDate>`))
  const headers = { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': until }
  expectError(await retain('', headers), 403, 'AccessDenied')
})

it('the prefix of a listing is no word beside an object: which keys there are is not told by it', async () => {
  await allow('ListBucket', { StringEquals: { 's3:prefix': 'home/' } })
  for (const query of ['', 'prefix=home%2F'])
    expectError(await room.ask('writer', 'GET', bucket, 'secret', { query }), 403, 'AccessDenied')
})
