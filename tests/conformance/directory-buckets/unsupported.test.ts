import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AccessRule } from '../../../packages/server/src/access/access-rule.ts'
import type { OperationModel } from '../../../packages/server/src/model/operation-model.ts'
import { operationModels } from '../../../packages/server/src/model/operations.ts'
import { operations } from '../../../packages/server/src/s3/s3-operations.ts'
import { startTestServer } from '../../support/server.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { expectBareError, expectError } from '../objects/object-room.ts'
import {
  configurationOf,
  createDirectoryBucket,
  createSession,
  directoryName,
  expressRequest,
  sessionRequest,
} from './directory-room.ts'

let server: TestServer
let bucket: string
beforeAll(async () => {
  server = await startTestServer()
  bucket = await createDirectoryBucket(server, 'unsupported')
  await expressRequest(server, { method: 'PUT', path: `/${bucket}/key`, body: 'x' })
  return () => server[Symbol.asyncDispose]()
})

const registry: Readonly<Record<string, { readonly access: AccessRule }>> = operations
const refused = operationModels().filter(
  ([name, { level }]) =>
    ['bucket', 'object'].includes(level) && registry[name] && !registry[name].access.directory,
)

function requestFor({ method, level, literals = {}, input }: OperationModel) {
  const query = Object.entries(literals)
  const headers: Record<string, string> = {}
  for (const { required, query: inQuery, header } of Object.values(input)) {
    if (required && inQuery) query.push([inQuery, '1'])
    if (required && header) headers[header.toLowerCase()] = 'x'
  }
  const path = level === 'bucket' ? `/${bucket}` : `/${bucket}/key`
  return { method, path, query: query.map(([key, value]) => `${key}=${uriEncode(value)}`).join('&'), headers }
}

// Source: S3 API Reference: "This operation is not supported for directory buckets", page by page.
describe('a directory bucket does not have', () => {
  it('most operations', () => {
    expect(refused.length).toBeGreaterThan(60)
  })

  it.each(refused)('%s', async (name, model) => {
    const answer = await expressRequest(server, requestFor(model))
    expect(answer.status).toBe(501)
    const element = expectError(answer, 501, 'NotImplemented')
    expect(element('Message')).toBe(`The operation ${name} is not supported for directory buckets`)
  })

  it.each(refused)('%s, of whoever may do all, in a session, and of nobody', async (_, model) => {
    const session = await createSession(server, bucket)
    expectError(await sessionRequest(server, session, requestFor(model)), 501, 'NotImplemented')
    expectError(await expressRequest(server, { ...requestFor(model), anonymous: true }), 403, 'AccessDenied')
  })
})

it('does not take Signature Version 2', async () => {
  const answer = await expressRequest(server, { path: `/${bucket}/key`, versionTwo: true })
  expectError(answer, 400, 'InvalidRequest')
  expectBareError(
    await expressRequest(server, { method: 'HEAD', path: `/${bucket}/key`, anonymous: true }),
    403,
  )
  const made = { method: 'PUT', path: `/${directoryName('by-version-two')}`, body: configurationOf() }
  expectError(await expressRequest(server, { ...made, versionTwo: true }), 400, 'InvalidRequest')
})

it('does not take replicas', async () => {
  const headers = { 'x-amz-holdfast-replica': 'x' }
  const answer = await expressRequest(server, { method: 'PUT', path: `/${bucket}/key`, body: 'y', headers })
  expectError(answer, 403, 'AccessDenied')
  expect((await expressRequest(server, { path: `/${bucket}/key` })).text).toBe('x')
})
