import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { CreateUserCommand } from '@aws-sdk/client-iam'
import { GetScopedCredentialsCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { systemDisk } from '../../../packages/server/src/base/disk.ts'
import { FaultyDisk } from '../../../packages/server/src/base/faulty-disk.ts'
import { mainCredentials, otherCredentials } from '../../support/accounts.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { iamClient, makeUser, sessionOf, stsClient } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts'

interface Line {
  readonly requestId: string
  readonly status: number
  readonly errorCode?: string
  readonly who: { readonly principal?: string; readonly accessKeyId?: string }
  readonly from: { readonly address?: string; readonly userAgent?: string }
  readonly what: {
    readonly operation: string
    readonly bucket?: string
    readonly key?: string
    readonly versionId?: string
  }
  readonly description?: string
  readonly refusedBy?: readonly string[]
}

const MAIN = 'arn:aws:iam::100000000001:root'
const OTHER = 'arn:aws:iam::100000000002:root'
const ARN_OF_KEY = mainCredentials.accessKeyId

let folder: TemporaryDirectory
let server: TestServer
beforeAll(async () => {
  folder = await temporaryDirectory()
  server = await startTestServer({ auditLog: { directory: folder.path } })
  await createBucket(server, 'watched')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function textOf(directory = folder.path): Promise<string> {
  const names = (await readdir(directory)).toSorted()
  return (await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))).join('')
}

const linesIn = (text: string): Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)

/** What is told of the request with that id. */
function told(requestId: string | readonly string[] | undefined): Promise<Line> {
  return vi.waitFor(async () => {
    const line = linesIn(await textOf()).find((one) => one.requestId === requestId)
    if (!line) throw new Error(`nothing is told of ${String(requestId)}`)
    return line
  })
}

it('tells who did what, from where', async () => {
  const headers = { 'user-agent': 'tester/1' }
  const put = await rawRequest(server, { method: 'PUT', path: '/watched/a%20key', body: 'x', headers })
  expect(await told(put.headers['x-amz-request-id'])).toEqual({
    time: expect.stringMatching(/^\d{4}-/),
    requestId: put.headers['x-amz-request-id'],
    status: 200,
    milliseconds: expect.any(Number),
    who: { principal: MAIN, accessKeyId: ARN_OF_KEY },
    from: { address: '127.0.0.1', userAgent: 'tester/1' },
    what: { operation: 'PutObject', bucket: 'watched', key: 'a key' },
  })
})

it('tells why a request was refused', async () => {
  await putObject(server, 'watched', 'mine', 'x')
  const denied = await rawRequest({ ...server, credentials: otherCredentials }, { path: '/watched/mine' })
  expect(await told(denied.headers['x-amz-request-id'])).toMatchObject({
    status: 403,
    errorCode: 'AccessDenied',
    who: { principal: OTHER },
    what: { operation: 'GetObject', bucket: 'watched', key: 'mine' },
    refusedBy: expect.arrayContaining([expect.stringContaining('default')]),
  })
})

it('tells of whoever is not believed only what they say', async () => {
  const credentials = { ...mainCredentials, secretAccessKey: 'wrong/secret+key/123456789abcdefghijklmn' }
  const forged = await rawRequest({ ...server, credentials }, { path: '/watched/mine' })
  const line = await told(forged.headers['x-amz-request-id'])
  expect(line).toMatchObject({
    status: 403,
    errorCode: 'SignatureDoesNotMatch',
    who: { accessKeyId: ARN_OF_KEY },
  })
  expect(line.who.principal).toBeUndefined()
})

it('tells of strangers, and of what is no request of S3', async () => {
  const anonymous = await rawRequest(server, { path: '/watched/mine', anonymous: true })
  expect((await told(anonymous.headers['x-amz-request-id'])).who).toEqual({ principal: 'anonymous' })
  const garbage = await rawRequest(server, { path: '/%zz', anonymous: true })
  expect(await told(garbage.headers['x-amz-request-id'])).toMatchObject({
    status: 400,
    errorCode: 'InvalidURI',
  })
})

it('tells of IAM and of the key service', async () => {
  await iamClient(server).send(new CreateUserCommand({ UserName: 'ann' }))
  const taken = iamClient(server).send(new CreateUserCommand({ UserName: 'ann' }))
  const { $metadata } = (await taken.catch((error: unknown) => error)) as { $metadata: { requestId: string } }
  expect(await told($metadata.requestId)).toMatchObject({
    status: 409,
    errorCode: 'EntityAlreadyExists',
    who: { principal: MAIN, accessKeyId: ARN_OF_KEY },
    what: { operation: 'CreateUser' },
  })
  await kmsClient(server).send(new ListKeysCommand({}))
  await vi.waitFor(async () => {
    const kms = linesIn(await textOf()).find(({ what }) => what.operation === 'ListKeys')
    expect(kms).toMatchObject({ status: 200, who: { principal: MAIN } })
  })
})

it('tells what scoped credentials are for', async () => {
  const credentials = await makeUser(server, 'scoping', { Effect: 'Allow', Action: 'sts:*', Resource: '*' })
  const begun = await stsClient(server, credentials).send(new GetSessionTokenCommand({}))
  const ScopedSessionDescription = 'reads "photos"\nfor a week'
  const asked = { DurationSeconds: 900, ScopedSessionDescription }
  const { $metadata } = await stsClient(server, sessionOf(begun.Credentials)).send(
    new GetScopedCredentialsCommand(asked),
  )
  expect(await told($metadata.requestId)).toMatchObject({
    status: 200,
    who: { principal: 'arn:aws:iam::100000000001:user/scoping' },
    what: { operation: 'GetScopedCredentials' },
    description: ScopedSessionDescription,
  })
})

it('has no secret in it, and tells of no probe', async () => {
  await rawRequest(server, { path: '/-/ready', anonymous: true })
  const presigned = await rawRequest(server, { path: '/watched/mine', presigned: { expiresSeconds: 60 } })
  expect((await told(presigned.headers['x-amz-request-id'])).who.accessKeyId).toBe(ARN_OF_KEY)
  const text = await textOf()
  expect(text).not.toContain('X-Amz-')
  expect(text).not.toContain(mainCredentials.secretAccessKey)
  expect(text).not.toContain('/-/')
})

it('each of many requests is told of once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) => rawRequest(server, { path: `/watched/none-${at}` })),
  )
  const ids = answers.map(({ headers }) => String(headers['x-amz-request-id']))
  await vi.waitFor(async () => {
    const seen = linesIn(await textOf()).map(({ requestId }) => requestId)
    expect(seen.filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted())
  })
})

it('where it is required, nothing is done that cannot be told', async () => {
  await using place = await temporaryDirectory()
  const disk = new FaultyDisk(systemDisk)
  const auditLog = { directory: join(place.path, 'audit'), isRequired: true }
  await using strict = await startTestServer({ auditLog, disk })
  await createBucket(strict, 'watched')
  const mend = disk.inject({ operation: 'append', path: /audit-/, code: 'ENOSPC' })
  await putObject(strict, 'watched', 'before', 'x')
  let tries = 0
  await vi.waitFor(async () => {
    const answer = await rawRequest(strict, { method: 'PUT', path: `/watched/after-${++tries}`, body: 'x' })
    expect([answer.status, answer.errorCode]).toEqual([503, 'ServiceUnavailable'])
  })
  expect((await rawRequest(strict, { path: '/-/ready', anonymous: true })).text).toContain('audit-log')
  mend()
  await vi.waitFor(async () => {
    // A try that was under way when the disk was mended begins its pause only after it.
    strict.clock.advance(1000)
    expect((await rawRequest(strict, { path: `/watched/after-${tries}` })).status).toBe(404)
  })
  await vi.waitFor(async () => {
    const keys = linesIn(await textOf(auditLog.directory)).map(({ what }) => what.key)
    expect(keys).toContain('before')
  })
})
