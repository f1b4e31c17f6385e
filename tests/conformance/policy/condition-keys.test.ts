import { beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { makeCertificate } from '../../support/certificate.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, owner, type Parts, third, VERSIONED, withMd5, writer } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
let bucket: string
beforeAll(async () => {
  room = await AccessRoom.open()
  bucket = await room.bucket()
  for (const key of ['key', 'public/key', 'sécret/key'])
    await room.put(bucket, key, { 'x-amz-tagging': 'colour=red&size=9' })
  return () => room[Symbol.asyncDispose]()
})

type Ask = () => Promise<RawAnswer>
type Case = readonly [
  what: string,
  action: string,
  condition: object,
  passes: readonly Ask[],
  fails: readonly Ask[],
]

const ask =
  (method: string, key: string | undefined, parts: Parts = {}): Ask =>
  () =>
    room.ask('writer', method, bucket, key, parts)
const put = (headers: Record<string, string> = {}, key = 'new', body = 'x'): Ask =>
  ask('PUT', key, { headers, body })
const get = (headers: Record<string, string> = {}): Ask => ask('GET', 'key', { headers })
const list = (query: string): Ask => ask('GET', undefined, { query })
const presigned =
  (query = ''): Ask =>
  () =>
    rawRequest(room.server, {
      path: `/${bucket}/key`,
      query,
      presigned: { expiresSeconds: 60 },
      credentials: otherCredentials,
    })
const getWithTwo: Ask = ask('GET', 'key', { versionTwo: true, date: new Date(Date.now() - 60_000) })
const presignedWithTwo: Ask = ask('GET', 'key', { versionTwo: true, presigned: { expiresSeconds: 60 } })
const copy = (source: string, headers: Record<string, string> = {}): Ask =>
  put({ 'x-amz-copy-source': source, ...headers }, 'copy', '')
const taggingDocument = (key: string, value: string) =>
  `<Tagging><TagSet><Tag><Key>${key}</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
const tag = (key: string, value: string): Ask => {
  const body = taggingDocument(key, value)
  return ask('PUT', 'key', { query: 'tagging=', body, headers: withMd5(body) })
}
const equals = (values: object) => ({ StringEquals: values })
const ago =
  (seconds: number): Ask =>
  () =>
    room.ask('writer', 'GET', bucket, 'key', { date: new Date(Date.now() - seconds * 1000) })

/** What a policy allows the writer, with a condition: requests that fulfil it and requests that do not. */
const CASES: readonly Case[] = [
  ['aws:SourceIp', 's3:GetObject', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, [get()], []],
  ['aws:SourceIp, elsewhere', 's3:GetObject', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, [], [get()]],
  ['aws:SecureTransport', 's3:GetObject', { Bool: { 'aws:SecureTransport': 'false' } }, [get()], []],
  ['aws:SecureTransport, wanted', 's3:GetObject', { Bool: { 'aws:SecureTransport': 'true' } }, [], [get()]],
  [
    'aws:Referer',
    's3:GetObject',
    { StringLike: { 'aws:Referer': 'https://example.com/*' } },
    [get({ referer: 'https://example.com/page' })],
    [get({ referer: 'https://example.org/' }), get()],
  ],
  [
    'aws:UserAgent',
    's3:GetObject',
    { StringLike: { 'aws:UserAgent': 'curl/*' } },
    [get({ 'user-agent': 'curl/8.0' })],
    [get({ 'user-agent': 'wget' })],
  ],
  [
    'aws:CurrentTime',
    's3:GetObject',
    { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    [get()],
    [],
  ],
  [
    'aws:CurrentTime, over',
    's3:GetObject',
    { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    [],
    [get()],
  ],
  ['aws:EpochTime', 's3:GetObject', { NumericGreaterThan: { 'aws:EpochTime': '1577836800' } }, [get()], []],
  [
    'aws:PrincipalArn',
    's3:GetObject',
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${writer.id}:*` } },
    [get()],
    [],
  ],
  [
    'aws:PrincipalArn of another',
    's3:GetObject',
    { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${third.id}:root` } },
    [],
    [get()],
  ],
  ['aws:PrincipalAccount', 's3:GetObject', equals({ 'aws:PrincipalAccount': writer.id }), [get()], []],
  ['aws:PrincipalType', 's3:GetObject', equals({ 'aws:PrincipalType': 'Account' }), [get()], []],
  ['aws:userid', 's3:GetObject', equals({ 'aws:userid': writer.id }), [get()], []],
  [
    'aws:username, which accounts have not',
    's3:GetObject',
    { Null: { 'aws:username': 'true' } },
    [get()],
    [],
  ],
  ['aws:RequestedRegion', 's3:GetObject', equals({ 'aws:RequestedRegion': 'us-east-1' }), [get()], []],
  ['aws:ResourceAccount', 's3:GetObject', equals({ 'aws:ResourceAccount': owner.id }), [get()], []],
  ['s3:ResourceAccount', 's3:GetObject', equals({ 's3:ResourceAccount': writer.id }), [], [get()]],
  ['s3:authType', 's3:GetObject', equals({ 's3:authType': 'REST-QUERY-STRING' }), [presigned()], [get()]],
  [
    's3:signatureversion',
    's3:GetObject',
    equals({ 's3:signatureversion': 'AWS4-HMAC-SHA256' }),
    [get(), presigned()],
    [getWithTwo],
  ],
  [
    's3:signatureversion, the old one',
    's3:GetObject',
    equals({ 's3:signatureversion': 'AWS' }),
    [getWithTwo],
    [get()],
  ],
  [
    's3:authType of Version 2',
    's3:GetObject',
    equals({ 's3:authType': 'REST-QUERY-STRING' }),
    [presignedWithTwo],
    [getWithTwo],
  ],
  [
    's3:signatureAge of Version 2, which is always 0',
    's3:GetObject',
    { NumericEquals: { 's3:signatureAge': '0' } },
    [getWithTwo, presignedWithTwo],
    [],
  ],
  [
    's3:signatureAge',
    's3:GetObject',
    { NumericLessThan: { 's3:signatureAge': '60000' } },
    [get()],
    [ago(120)],
  ],
  [
    's3:x-amz-content-sha256',
    's3:PutObject',
    equals({ 's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
    [put({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })],
    [put()],
  ],
  [
    's3:prefix',
    's3:ListBucket',
    equals({ 's3:prefix': 'home/' }),
    [list('prefix=home%2F'), list('list-type=2&prefix=home/')],
    [list(''), list('prefix=home'), list('prefix=')],
  ],
  ['s3:delimiter', 's3:ListBucket', equals({ 's3:delimiter': '/' }), [list('delimiter=/')], [list('')]],
  [
    's3:max-keys',
    's3:ListBucket',
    { NumericLessThanEquals: { 's3:max-keys': '10' } },
    [list('max-keys=10')],
    [list('max-keys=11'), list('')],
  ],
  [
    's3:prefix of versions',
    's3:ListBucketVersions',
    equals({ 's3:prefix': 'a' }),
    [list('versions=&prefix=a')],
    [list('versions=')],
  ],
  [
    's3:x-amz-acl',
    's3:PutObject',
    equals({ 's3:x-amz-acl': 'bucket-owner-full-control' }),
    [put({ 'x-amz-acl': 'bucket-owner-full-control' })],
    [put(), put({ 'x-amz-acl': 'private' })],
  ],
  [
    's3:x-amz-grant-full-control',
    's3:PutObject',
    equals({ 's3:x-amz-grant-full-control': `id=${owner.canonicalId}` }),
    [put({ 'x-amz-grant-full-control': `id=${owner.canonicalId}` })],
    [put()],
  ],
  [
    's3:x-amz-grant-read',
    's3:PutObject',
    { Null: { 's3:x-amz-grant-read': 'true' } },
    [put()],
    [put({ 'x-amz-grant-read': `id=${third.canonicalId}` })],
  ],
  [
    's3:x-amz-storage-class',
    's3:PutObject',
    equals({ 's3:x-amz-storage-class': 'STANDARD_IA' }),
    [put({ 'x-amz-storage-class': 'STANDARD_IA' })],
    [put(), put({ 'x-amz-storage-class': 'STANDARD' })],
  ],
  [
    's3:x-amz-website-redirect-location',
    's3:PutObject',
    { Null: { 's3:x-amz-website-redirect-location': 'true' } },
    [put()],
    [put({ 'x-amz-website-redirect-location': '/elsewhere' })],
  ],
  [
    's3:RequestObjectTag in a header',
    's3:Put*',
    equals({ 's3:RequestObjectTag/colour': 'red' }),
    [put({ 'x-amz-tagging': 'colour=red' }), put({ 'x-amz-tagging': 'a=b&colour=%72ed' })],
    [put(), put({ 'x-amz-tagging': 'colour=blue' })],
  ],
  [
    's3:RequestObjectTag in a document',
    's3:PutObjectTagging',
    equals({ 's3:RequestObjectTag/colour': 'red' }),
    [tag('colour', 'red')],
    [tag('colour', 'blue'), tag('size', 'red')],
  ],
  [
    's3:RequestObjectTagKeys',
    's3:Put*',
    { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['colour', 'size'] } },
    [tag('size', '1'), put({ 'x-amz-tagging': 'colour=x&size=y' })],
    [tag('owner', 'me'), put({ 'x-amz-tagging': 'colour=x&owner=y' })],
  ],
  [
    's3:if-none-match',
    's3:PutObject',
    equals({ 's3:if-none-match': '*' }),
    [ask('PUT', 'once', { headers: { 'if-none-match': '*' }, body: 'x' })],
    [put()],
  ],
  ['s3:if-match', 's3:PutObject', { Null: { 's3:if-match': 'true' } }, [put()], [put({ 'if-match': '"x"' })]],
  [
    's3:ObjectCreationOperation',
    's3:PutObject',
    { Bool: { 's3:ObjectCreationOperation': 'true' } },
    [put()],
    [ask('POST', 'parts', { query: 'uploads=' })],
  ],
]

const statement = (action: string, condition: object, effect = 'Allow') => ({
  Effect: effect,
  Action: action,
  Condition: condition,
  Principal: { AWS: writer.id },
  ...(/List/.test(action)
    ? { Resource: `arn:aws:s3:::${bucket}` }
    : { Resource: `arn:aws:s3:::${bucket}/*` }),
})

describe('a condition on', () => {
  it.each(CASES)('%s', async (_, action, condition, passes, fails) => {
    await room.put(bucket, 'key', { 'x-amz-tagging': 'colour=red&size=9' })
    await room.policy(bucket, statement(action, condition))
    for (const request of passes) expectSuccess(await request())
    for (const request of fails) expectError(await request(), 403, 'AccessDenied')
    await room.set(bucket, 'policy')
    for (const request of passes) expectError(await request(), 403, 'AccessDenied')
  })

  it.each(['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectAttributes'])(
    's3:ExistingObjectTag: %s',
    async (action) => {
      const actions = action === 's3:GetObjectAttributes' ? [action, 's3:GetObject'] : [action]
      const existing = (colour: string) =>
        room.policy(bucket, {
          ...statement(action, equals({ 's3:ExistingObjectTag/colour': colour })),
          Action: actions,
        })
      const queries = {
        's3:GetObject': '',
        's3:GetObjectTagging': 'tagging=',
        's3:GetObjectAttributes': 'attributes=',
      }
      const parts = {
        query: queries[action as keyof typeof queries],
        headers: { 'x-amz-object-attributes': 'ETag' },
      }
      await room.put(bucket, 'key', { 'x-amz-tagging': 'colour=red&size=9' })
      await existing('red')
      expectSuccess(await ask('GET', 'key', parts)())
      await room.put(bucket, 'untagged')
      expectError(await ask('GET', 'untagged', parts)(), 403, 'AccessDenied')
      await existing('blue')
      expectError(await ask('GET', 'key', parts)(), 403, 'AccessDenied')
    },
  )

  it('the source of a copy, however it is written', async () => {
    const readable = { ...statement('s3:GetObject', {}), Condition: {} }
    const { Condition: _, ...read } = readable
    // The sources have tags, which are read and put with the copy.
    const open = { ...read, Action: ['s3:GetObject', 's3:GetObjectTagging', 's3:PutObjectTagging'] }
    await room.policy(
      bucket,
      open,
      statement('s3:PutObject', { StringLike: { 's3:x-amz-copy-source': `${bucket}/public/*` } }),
    )
    for (const source of [`${bucket}/public/key`, `/${bucket}/public/key`, `${bucket}%2Fpublic%2Fkey`]) {
      expectSuccess(await copy(source)())
    }
    for (const source of [`${bucket}/key`, `/${bucket}/k%65y`])
      expectError(await copy(source)(), 403, 'AccessDenied')
    const secret = { StringLike: { 's3:x-amz-copy-source': `${bucket}/sécret/*` } }
    await room.policy(
      bucket,
      open,
      statement('s3:PutObject', { Null: { 's3:x-amz-copy-source': 'false' } }),
      statement('s3:PutObject', secret, 'Deny'),
    )
    expectSuccess(await copy(`${bucket}/key`)())
    for (const source of ['s%C3%A9cret/key', '%73%c3%a9cret/key', 'sécret/key'].map(
      (k) => `/${bucket}/${k}`,
    )) {
      expectError(await copy(source)(), 403, 'AccessDenied')
    }
    await room.policy(
      bucket,
      open,
      statement('s3:PutObject', equals({ 's3:x-amz-metadata-directive': 'REPLACE' })),
    )
    expectSuccess(await copy(`${bucket}/key`, { 'x-amz-metadata-directive': 'REPLACE' })())
    expectError(await copy(`${bucket}/key`)(), 403, 'AccessDenied')
  })

  it('s3:VersionId, in a query, a copy’s source and a list of deletions', async () => {
    const versioned = await room.bucket()
    await room.set(versioned, 'versioning', VERSIONED)
    const write = async () => String((await room.put(versioned, 'key')).headers['x-amz-version-id'])
    const [one, two] = [await write(), await write()]
    const Resource = `arn:aws:s3:::${versioned}/*`
    const Condition = equals({ 's3:VersionId': one })
    await room.policy(versioned, {
      Action: ['s3:GetObjectVersion', 's3:DeleteObjectVersion'],
      Resource,
      Condition,
    })
    const read = (version: string) =>
      room.ask('writer', 'GET', versioned, 'key', { query: `versionId=${version}` })
    expectSuccess(await read(one))
    expectError(await read(two), 403, 'AccessDenied')
    const own = await room.bucket({}, 'writer')
    const copyOf = (version: string) =>
      room.ask('writer', 'PUT', own, 'copy', {
        headers: { 'x-amz-copy-source': `${versioned}/key?versionId=${version}` },
      })
    expectSuccess(await copyOf(one))
    expectError(await copyOf(two), 403, 'AccessDenied')
    const entries = [one, two].map(
      (version) => `<Object><Key>key</Key><VersionId>${version}</VersionId></Object>`,
    )
    const body = `<Delete>${entries.join('')}</Delete>`
    const list = { query: 'delete=', body, headers: withMd5(body) }
    const deleted = await room.ask('writer', 'POST', versioned, undefined, list)
    const ids = (element: string) => {
      const found = new RegExp(`<${element}>.*?</${element}>`, 'gs')
      return (deleted.text.match(found) ?? []).map((text) => xmlTexts(text, 'VersionId')[0])
    }
    expect([ids('Deleted'), ids('Error')]).toEqual([[one], [two]])
  })

  it('object lock, in headers and in documents', async () => {
    const locked = await room.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' })
    const days = (count: number) =>
      new Date(room.server.clock.now().getTime() + count * 86_400_000 - 60_000).toISOString()
    const Resource = `arn:aws:s3:::${locked}/*`
    const Principal = { AWS: writer.id }
    const lock = (headers: Record<string, string>) =>
      room.ask('writer', 'PUT', locked, 'key', { headers: { ...headers, ...withMd5('x') }, body: 'x' })
    const until = (count: number, mode = 'GOVERNANCE') => ({
      'x-amz-object-lock-mode': mode,
      'x-amz-object-lock-retain-until-date': days(count),
    })
    const few = { NumericLessThanEquals: { 's3:object-lock-remaining-retention-days': '10' } }
    await room.policy(locked, {
      Principal,
      Resource,
      Action: ['s3:PutObject', 's3:PutObjectRetention'],
      Condition: few,
    })
    expectSuccess(await lock(until(10)))
    expectError(await lock(until(12)), 403, 'AccessDenied')
    const retain = (count: number) => {
      const body = `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${days(count)}</RetainUntilDate></Retention>`
      return room.ask('writer', 'PUT', locked, 'key', { query: 'retention=', body, headers: withMd5(body) })
    }
    expectError(await retain(12), 403, 'AccessDenied')
    expectSuccess(await retain(10))
    const Condition = equals({ 's3:object-lock-mode': 'COMPLIANCE' })
    await room.policy(
      locked,
      { Principal, Resource, Action: ['s3:PutObject', 's3:PutObjectRetention'] },
      { Principal, Resource, Action: 's3:PutObject*', Effect: 'Deny', Condition },
    )
    expectError(await lock(until(1, 'COMPLIANCE')), 403, 'AccessDenied')
    expectSuccess(await lock(until(1)))
    const hold = (status: string) => {
      const body = `<LegalHold><Status>${status}</Status></LegalHold>`
      return room.ask('writer', 'PUT', locked, 'key', { query: 'legal-hold=', body, headers: withMd5(body) })
    }
    const off = equals({ 's3:object-lock-legal-hold': 'OFF' })
    await room.policy(locked, { Principal, Resource, Action: 's3:PutObjectLegalHold', Condition: off })
    expectError(await hold('ON'), 403, 'AccessDenied')
    expectSuccess(await hold('OFF'))
  })

  it('what a signed URL carries in its query', async () => {
    const Condition = equals({ 's3:x-amz-acl': 'public-read' })
    await room.policy(
      bucket,
      { ...statement('s3:PutObject', Condition), Effect: 'Deny' },
      statement('s3:PutObject', { Bool: { 'aws:SecureTransport': 'false' } }),
    )
    const upload = (query: string) =>
      rawRequest(room.server, {
        method: 'PUT',
        path: `/${bucket}/signed`,
        query,
        presigned: { expiresSeconds: 60 },
        credentials: otherCredentials,
      })
    expectSuccess(await upload('x-amz-acl=private'))
    for (const name of ['x-amz-acl', 'X-Amz-Acl'])
      expectError(await upload(`${name}=public-read`), 403, 'AccessDenied')
  })

  it('keys that an action has not got, which it does not get from a header', async () => {
    await room.policy(bucket, {
      ...statement('s3:*', { Null: { 's3:x-amz-acl': 'true' } }),
      Resource: `arn:aws:s3:::${bucket}/*`,
    })
    expectSuccess(await get({ 'x-amz-acl': 'private' })())
    expectError(await put({ 'x-amz-acl': 'private' })(), 403, 'AccessDenied')
  })
})

describe('conditions on TLS', () => {
  it('hold over HTTPS', async () => {
    const { temporaryDirectory } = await import('../../support/temporary-directory.ts')
    await using folder = await temporaryDirectory()
    const { readFile } = await import('node:fs/promises')
    const files = await makeCertificate(folder.path)
    const tls = { cert: await readFile(files.certificate, 'utf8'), key: await readFile(files.key, 'utf8') }
    await using secure = await AccessRoom.open({ tls })
    const { S3Client, CreateBucketCommand, PutBucketPolicyCommand, ListObjectsV2Command } =
      await import('@aws-sdk/client-s3')
    const { Agent } = await import('node:https')
    const client = (credentials: typeof otherCredentials) =>
      new S3Client({
        endpoint: secure.server.url,
        region: secure.server.region,
        credentials: { ...credentials },
        forcePathStyle: true,
        maxAttempts: 1,
        requestHandler: { httpsAgent: new Agent({ rejectUnauthorized: false }) },
      })
    const main = client(secure.server.credentials)
    const other = client(otherCredentials)
    const Bucket = 'over-tls'
    await main.send(new CreateBucketCommand({ Bucket }))
    const allow = (Condition: object) => {
      const Statement = [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:ListBucket',
          Resource: `arn:aws:s3:::${Bucket}`,
          Condition,
        },
      ]
      return main.send(
        new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
      )
    }
    await allow({
      Bool: { 'aws:SecureTransport': 'true' },
      NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' },
    })
    expect((await other.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0)
    await allow({ NumericGreaterThan: { 's3:TlsVersion': '1.3' } })
    await expect(other.send(new ListObjectsV2Command({ Bucket }))).rejects.toThrow('Access Denied')
    main.destroy()
    other.destroy()
  })
})
