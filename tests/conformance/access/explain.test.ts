import { beforeAll, describe, expect, it } from 'vitest'
import { pino } from 'pino'
import type { Explanation } from '../../../packages/server/src/access/explanation.ts'
import { mainCredentials, otherCredentials } from '../../support/accounts.ts'
import { executable } from '../../support/executable.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { runCommand } from '../../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessRoom, GROUPS, owner, third, VERSIONED, type Who, writer } from './access-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const PATH = '/-/explain'
type Answer = Explanation & { readonly text: string }

async function explain(question: object): Promise<Answer> {
  const answer = await rawRequest(room.server, { method: 'POST', path: PATH, body: JSON.stringify(question) })
  expectSuccess(answer)
  return JSON.parse(answer.text) as Answer
}

describe('POST /-/explain', () => {
  it('lists what was looked at, and what decided last', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', {
      'x-amz-grant-read-acp': `uri=${GROUPS.authenticated},id=${writer.canonicalId}`,
    })
    const resource = `arn:aws:s3:::${bucket}/key`
    const near = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
    await room.policy(
      bucket,
      { Sid: 'near', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*`, Condition: near },
      {
        Effect: 'Deny',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
        Principal: { AWS: writer.id },
      },
    )
    const question = { principal: writer.id, action: 's3:getobject', resource }
    const denied = await explain(question)
    expect(denied).toMatchObject({
      principal: `arn:aws:iam::${writer.id}:root`,
      action: 's3:GetObject',
      resource,
      object: 'exists',
      allowed: false,
      reasons: [
        { source: 'bucket-policy', effect: 'Allow', matched: false, statement: { number: 1, sid: 'near' } },
        { source: 'bucket-policy', effect: 'Deny', matched: false, statement: { number: 2 } },
        { source: 'acl-grant', matched: false, grant: { on: 'object', number: 1 } },
        { source: 'acl-grant', matched: false, grant: { on: 'object', number: 2 } },
        { source: 'default', effect: 'Deny' },
      ],
    })
    expect(denied.text).toContain('the condition IpAddress aws:SourceIp [10.0.0.0/8] does not hold')
    expect(denied.text).toContain('READ_ACP to AuthenticatedUsers, where READ is needed')
    const context = { 'aws:SourceIp': '10.1.2.3' }
    expect(await explain({ ...question, context })).toMatchObject({ allowed: true })
    const acl = await explain({ ...question, action: 's3:GetObjectAcl' })
    expect([acl.allowed, acl.reasons.at(-1)?.source]).toEqual([true, 'acl-grant'])
    const write = await explain({ ...question, action: 's3:PutObject' })
    expect(write.reasons.at(-1)).toMatchObject({
      source: 'bucket-policy',
      effect: 'Deny',
      statement: { number: 2 },
    })
  })

  it('names ownership and public access where they decide', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read' })
    await room.block(bucket, 'IgnorePublicAcls', 'RestrictPublicBuckets')
    const question = { principal: 'anonymous', action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }
    expect((await explain(question)).text).toContain('which the public access block makes ineffective')
    await room.policy(bucket, { Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` })
    expect((await explain(question)).reasons.at(-1)).toMatchObject({
      source: 'public-access-block',
      effect: 'Deny',
    })
    const enforced = await room.bucket({ 'x-amz-object-ownership': 'BucketOwnerEnforced' })
    const there = { ...question, resource: `arn:aws:s3:::${enforced}` }
    expect((await explain(there)).reasons).toContainEqual(
      expect.objectContaining({ source: 'object-ownership' }),
    )
  })

  it('knows every way to name an account', async () => {
    const bucket = await room.bucket()
    const names = [
      writer.id,
      `arn:aws:iam::${writer.id}:root`,
      writer.canonicalId,
      otherCredentials.accessKeyId,
    ]
    for (const principal of names) {
      const question = { principal, action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }
      expect(await explain(question)).toMatchObject({
        principal: `arn:aws:iam::${writer.id}:root`,
        allowed: false,
      })
    }
    const own = { principal: owner.id, action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }
    expect((await explain(own)).reasons.at(-1)?.source).toBe('owner')
  })

  it('looks at the version that is named', async () => {
    const bucket = await room.bucket()
    await room.set(bucket, 'versioning', VERSIONED)
    const { headers } = await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    await room.put(bucket, 'key')
    const resource = `arn:aws:s3:::${bucket}/key`
    const question = { principal: 'anonymous', action: 's3:GetObjectVersion', resource }
    expect(await explain(question)).toMatchObject({ allowed: false, object: 'exists' })
    const versionId = String(headers['x-amz-version-id'])
    expect(await explain({ ...question, versionId })).toMatchObject({ allowed: true, object: 'exists' })
    const missing = { ...question, resource: `${resource}-not`, principal: third.id }
    const told = await explain(missing)
    expect([told.object, told.text]).toEqual(['does not exist', expect.stringContaining('no such object')])
  })

  it('agrees with what the server does', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'authenticated-read' })
    await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    await room.policy(bucket, {
      Effect: 'Deny',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
      Principal: { AWS: third.id },
    })
    const people: [Who, string][] = [
      ['owner', owner.id],
      ['writer', writer.id],
      ['third', third.id],
      ['anonymous', 'anonymous'],
    ]
    const requests = [
      ['GET', 'key', 's3:GetObject', ''],
      ['GET', 'key', 's3:GetObjectAcl', 'acl='],
      ['GET', undefined, 's3:ListBucket', ''],
      ['GET', undefined, 's3:GetBucketAcl', 'acl='],
      ['GET', undefined, 's3:GetBucketVersioning', 'versioning='],
    ] as const
    for (const [who, principal] of people) {
      for (const [method, key, action, query] of requests) {
        const resource = `arn:aws:s3:::${bucket}${key ? `/${key}` : ''}`
        const { allowed } = await explain({ principal, action, resource })
        const { status } = await room.ask(who, method, bucket, key, { query })
        expect([who, action, status]).toEqual([who, action, allowed ? 200 : 403])
      }
    }
  })

  describe('is refused', () => {
    const bucketOf = (name: string) => ({
      principal: 'anonymous',
      action: 's3:ListBucket',
      resource: `arn:aws:s3:::${name}`,
    })
    const ask = (body: string, who: Who = 'owner') => room.ask(who, 'POST', '-', 'explain', { body })

    it.each<Who>(['writer', 'third', 'anonymous'])('to %s, who does not own the bucket', async (who) => {
      const body = JSON.stringify(bucketOf(await room.bucket({ 'x-amz-acl': 'public-read-write' })))
      expectError(await ask(body, who), 403, 'AccessDenied')
    })

    it('to who does not own the bucket, whether there is such an account or not', async () => {
      const question = bucketOf(await room.bucket())
      for (const principal of [third.id, '999999999999']) {
        const answer = await ask(JSON.stringify({ ...question, principal }), 'writer')
        expectError(answer, 403, 'AccessDenied')
      }
    })

    it('about what is no bucket’s, or no bucket', async () => {
      const all = { principal: owner.id, action: 's3:ListAllMyBuckets', resource: '*' }
      expectError(await ask(JSON.stringify(all)), 403, 'AccessDenied')
      expectError(await ask(JSON.stringify(bucketOf('no-such-bucket'))), 404, 'NoSuchBucket')
    })

    it('with a wrong signature', async () => {
      const credentials = { ...mainCredentials, secretAccessKey: 'wrong'.repeat(8) }
      const answer = await rawRequest(room.server, { method: 'POST', path: PATH, body: '{}', credentials })
      expectError(answer, 403, 'SignatureDoesNotMatch')
    })

    it('with another method', async () => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await room.ask('owner', method, '-', 'explain')
        expectError(answer, 405, 'MethodNotAllowed')
        expect(answer.headers['allow']).toBe('POST')
      }
    })

    it.each([
      ['no JSON', 'InvalidRequest', '{'],
      ['nothing', 'InvalidRequest', ''],
      ['two', 'InvalidRequest', '{} {}'],
      ['given twice', 'InvalidRequest', '{"principal":"anonymous","\\u0070rincipal":"main"}'],
      ['a list', 'InvalidArgument', '[]'],
      ['null', 'InvalidArgument', 'null'],
    ])('where the question is %s', async (_, code, body) => {
      expectError(await ask(body), 400, code)
    })

    it.each([
      { principal: undefined },
      { principal: 7 },
      { principal: 'nobody' },
      { principal: `arn:aws:iam::${writer.id}:user/nobody` },
      { action: 's3:Fly' },
      { action: '__proto__' },
      { resource: 'bucket-1' },
      { resource: 'arn:aws:s3:::' },
      { resource: '*' },
      { resource: 'arn:aws:s3:::bucket-1/key' },
      { action: 's3:GetObject' },
      { context: 'aws:SourceIp' },
      { context: { 'aws:SourceIp': 7 } },
      { contexts: {} },
    ])('where it has %o', async (member) => {
      expectError(await ask(JSON.stringify({ ...bucketOf('bucket-1'), ...member })), 400, 'InvalidArgument')
    })

    it('where an action is written without its service', async () => {
      const body = JSON.stringify({ ...bucketOf('bucket-1'), action: 'GetObject' })
      const element = expectError(await ask(body), 400, 'InvalidArgument')
      expect(element('Message')).toBe('It is written s3:GetObject')
    })

    it('where it is too long', async () => {
      expectError(await ask(' '.repeat(65_537)), 400, 'EntityTooLarge')
    })
  })
})

describe('holdfast explain', () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startServerProcess({
      config: { newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false } },
    })
    await rawRequest(server, { method: 'PUT', path: '/bucket' })
    await rawRequest(server, {
      method: 'PUT',
      path: '/bucket/a%20key',
      body: 'x',
      headers: { 'x-amz-acl': 'public-read' },
    })
    return () => server[Symbol.asyncDispose]()
  })

  /** Beside the running server. */
  function explainIt(...words: string[]) {
    const question = ['--principal', 'anonymous', '--action', 's3:GetObject', ...words]
    return runCommand(
      process.execPath,
      [executable, 'explain', '--data', server.dataDirectory, ...question],
      {
        environment: {
          HOLDFAST_ACCESS_KEY: mainCredentials.accessKeyId,
          HOLDFAST_SECRET_KEY: mainCredentials.secretAccessKey,
        },
      },
    )
  }

  it('tells people', async () => {
    const { text } = await explainIt('--resource', 'arn:aws:s3:::bucket/a key')
    expect(text).toMatch(/^ALLOWED: s3:GetObject on arn:aws:s3:::bucket\/a key by anonymous\n/)
    expect(text).toMatch(/\* acl-grant 2 on the object allow: READ to AllUsers\n/)
    expect(text).toMatch(/\nDecided by acl-grant allow: READ is granted\n$/)
  })

  it('tells programs', async () => {
    const { text } = await explainIt(
      '--resource',
      'arn:aws:s3:::bucket/no',
      '--json',
      '--context',
      'aws:SourceIp=::1',
    )
    expect(JSON.parse(text)).toMatchObject({ allowed: false, reasons: [{ source: 'default' }] })
  })

  it.each([
    [['--resource', 'bucket'], /Give arn:aws:s3:::bucket/],
    [['--resource', 'arn:aws:s3:::nothing/key'], /bucket does not exist/],
    [['--resource', 'arn:aws:s3:::bucket/key', '--context', 'x'], /KEY=VALUE/],
    [['--resource', 'arn:aws:s3:::bucket/key', '--data', '/nowhere'], /nowhere/],
  ])('says what is wrong with %o', async (words, message) => {
    await expect(explainIt(...words)).rejects.toThrow(message)
  })
})

it('the debug log of a refused request tells the same', async () => {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  await using logged = await AccessRoom.open({ log })
  const bucket = await logged.bucket({ 'x-amz-grant-read': `id=${writer.canonicalId}` })
  await logged.policy(bucket, {
    Sid: 'no',
    Effect: 'Deny',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  })
  const refused = await logged.ask('writer', 'PUT', bucket, 'key', { body: 'x' })
  const requestId = refused.headers['x-amz-request-id']
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(
    entries.find((entry) => entry['requestId'] === requestId && entry['msg'] === 'refused'),
  ).toMatchObject({
    code: 'AccessDenied',
    reasons: [
      'bucket-policy statement 1 "no" deny: it matches',
      'bucket-policy statement 1 "no" deny: denies the request',
    ],
  })
  const hidden = await logged.ask('third', 'GET', bucket)
  const other = lines.find(
    (line) => line.includes(String(hidden.headers['x-amz-request-id'])) && line.includes('refused'),
  )
  expect(other).toContain(
    `acl-grant 1 on the bucket would allow: READ to ${writer.canonicalId}, who is not the caller`,
  )
})
