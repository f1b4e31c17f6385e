import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, otherCredentials } from '../../support/accounts.ts'
import { type ConsoleServer, startConsoleServer } from '../../support/console-server.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { presignedUrl, rawRequest, type ServerAddress } from '../../support/raw-request.ts'
import { executable } from '../../support/executable.ts'
import { runCommand } from '../../support/run-command.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { join } from 'node:path'

const DESTINATION = 'arn:aws:sqs:us-east-1:100000000001:queue'

let both: ConsoleServer
let viewer: Credentials
beforeAll(async () => {
  const destinations = [{ arn: DESTINATION, url: 'http://127.0.0.1:9/hook' }]
  both = await startConsoleServer({ notifications: { destinations } })
  viewer = await makeUser(both.server, 'viewer', {
    Effect: 'Allow',
    Action: ['holdfast:ListWorkers', 'holdfast:ListUploads'],
    Resource: '*',
  })
  for (const Bucket of ['one', 'two']) {
    await rawRequest(both.server, { method: 'PUT', path: `/${Bucket}` })
    for (const Key of ['a', 'b', 'c']) await upload(Bucket, Key)
  }
  await rawRequest(both.server, { method: 'PUT', path: '/foreign', credentials: otherCredentials })
  return () => both[Symbol.asyncDispose]()
})

async function upload(Bucket: string, Key: string): Promise<void> {
  const s3 = s3Client(both.server)
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  for (const PartNumber of [1, 2])
    await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: Buffer.alloc(1000) }))
}

async function ask(
  path: string,
  query = '',
  credentials?: Credentials,
  server: ServerAddress = both.console,
) {
  const answer = await rawRequest(server, { path, query, ...(credentials && { credentials }) })
  return {
    status: answer.status,
    headers: answer.headers,
    json: JSON.parse(answer.text) as Record<string, unknown>,
  }
}

const PATHS = [
  '/-/workers',
  '/-/uploads',
  '/-/usage',
  '/-/damages',
  '/-/quarantine',
  '/-/events',
  '/-/replication',
  '/-/metrics.json',
]

describe('the JSON API', () => {
  it.each(PATHS)('answers the root user at both addresses: %s', async (path) => {
    for (const server of [both.console, both.server]) {
      const answer = await ask(path, '', undefined, server)
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('application/json')
      expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/)
    }
  })

  it.each(PATHS)('answers nobody who does not sign in the header: %s', async (path) => {
    for (const server of [both.console, both.server]) {
      const anonymous = await rawRequest(server, { path, anonymous: true })
      expect(anonymous.status).toBe(403)
      expect(JSON.parse(anonymous.text)).toMatchObject({ code: 'AccessDenied' })
      const { search } = new URL(presignedUrl(server, { path }))
      const presigned = await rawRequest(server, { path, query: search.slice(1), anonymous: true })
      expect(presigned.status).toBe(403)
      expect((await rawRequest(server, { path, versionTwo: true })).status).toBe(403)
      const forged = { ...server.credentials, secretAccessKey: 'wrong' }
      const wrong = await rawRequest(server, { path, credentials: forged })
      expect(JSON.parse(wrong.text)).toMatchObject({ code: 'SignatureDoesNotMatch' })
    }
  })

  it('lets users do what a policy says, and nothing else', async () => {
    expect((await ask('/-/workers', '', viewer)).status).toBe(200)
    const denied = await ask('/-/damages', '', viewer)
    expect(denied).toMatchObject({ status: 403, json: { code: 'AccessDenied' } })
    expect(denied.json['message']).toContain('holdfast:ListDamages')
    expect(denied.json['requestId']).toBe(denied.headers['x-amz-request-id'])
  })

  it('knows its paths, methods and parameters alone', async () => {
    expect((await rawRequest(both.server, { path: '/-/none' })).status).toBe(404)
    const post = await rawRequest(both.console, { method: 'POST', path: '/-/workers', body: '{}' })
    expect(post).toMatchObject({ status: 405, headers: { allow: 'GET' } })
    expect(await ask('/-/workers', 'colour=red')).toMatchObject({ status: 400 })
    expect(await ask('/-/uploads', 'after=a&after=b')).toMatchObject({
      status: 400,
      json: { code: 'InvalidRequest', message: 'after is there more than once' },
    })
  })

  it('tells of every worker', async () => {
    await both.server.settle()
    const { json } = await ask('/-/workers')
    expect(json['workers']).toContainEqual(
      expect.objectContaining({ name: 'garbage', isAlive: true, done: expect.any(Number) }),
    )
  })

  it('tells metrics as numbers with their labels', async () => {
    const { json } = await ask('/-/metrics.json')
    const families = json['families'] as { name: string; samples: { labels: object; value: number }[] }[]
    const uploads = families.find(({ name }) => name === 'holdfast_open_uploads')
    expect(uploads?.samples).toMatchObject([{ value: 6 }])
    const requests = families.find(({ name }) => name === 'holdfast_requests_total')
    expect(requests?.samples.map(({ labels }) => labels)).toContainEqual({
      operation: 'CreateBucket',
      status: '200',
    })
  })

  it('tells of destinations of events', async () => {
    const { json } = await ask('/-/events')
    expect(json['backlogs']).toMatchObject([{ destination: DESTINATION, undelivered: 0, mayBeMore: false }])
  })

  it('tells of no damage where there is none', async () => {
    expect((await ask('/-/damages')).json).toEqual({ damages: [] })
    expect((await ask('/-/quarantine')).json).toEqual({ blobs: [], total: 0 })
  })
})

it('what buckets hold comes in pages, in the order of names', async () => {
  await rawRequest(both.server, { method: 'PUT', path: '/two/key', body: 'five!' })
  const first = await ask('/-/usage', 'limit=2')
  expect(first.json['buckets']).toMatchObject([
    { bucket: 'foreign', account: '100000000002', objects: 0 },
    { bucket: 'one', account: '100000000001', objects: 0, partBytes: 6000 },
  ])
  const rest = await ask('/-/usage', `limit=2&after=${String(first.json['next'])}`)
  expect(rest.json).toEqual({
    buckets: [expect.objectContaining({ bucket: 'two', objects: 1, versions: 1, bytes: 5, isKnown: true })],
  })
})

describe('open uploads', () => {
  interface Page {
    readonly uploads: { bucket: string; key: string; parts: number; sizeBytes: number; initiator: string }[]
    readonly next?: string
  }

  async function pages(query: string, credentials?: Credentials): Promise<Page['uploads'][]> {
    const found: Page['uploads'][] = []
    let after = ''
    do {
      const { json } = await ask('/-/uploads', `${query}${after}`, credentials)
      const { uploads, next } = json as unknown as Page
      found.push(uploads)
      after = next === undefined ? '' : `&after=${next}`
    } while (after !== '')
    return found
  }

  it('come in pages, with what they hold', async () => {
    const found = await pages('limit=2')
    expect(found.map(({ length }) => length)).toEqual([2, 2, 2])
    const names = found.flat().map(({ bucket, key }) => `${bucket}/${key}`)
    expect(names.sort()).toEqual(['one/a', 'one/b', 'one/c', 'two/a', 'two/b', 'two/c'])
    expect(found[0]?.[0]).toMatchObject({
      parts: 2,
      sizeBytes: 2000,
      initiator: 'arn:aws:iam::100000000001:root',
    })
  })

  it('may be those of one bucket', async () => {
    const found = await pages('bucket=two&limit=1')
    expect(found.flat().map(({ bucket, key }) => `${bucket}/${key}`)).toEqual(['two/a', 'two/b', 'two/c'])
    expect(await ask('/-/uploads', 'bucket=none')).toMatchObject({ status: 404, json: { code: 'NotFound' } })
  })

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=x', `after=${'A'.repeat(20_000)}`, 'after=W10'])(
    'refuse no place or size in silence: %s',
    async (query) => {
      const { status } = await ask('/-/uploads', query)
      expect(status).toBe(query === 'after=W10' ? 200 : 400)
    },
  )
})

it('accounts that are not of the config see their own buckets, and nothing of the server', async () => {
  await using server = await startServerProcess()
  const config = join(server.dataDirectory, '..', 'config.json')
  const line = ['accounts', 'add', 'tenant', '--json', '--data', server.dataDirectory, '--config', config]
  const added = await runCommand(process.execPath, [executable, ...line])
  const tenant = JSON.parse(added.text) as Credentials
  for (const [path, credentials] of [
    ['/hers', tenant],
    ['/mine', server.credentials],
  ] as const) {
    expect((await rawRequest(server, { method: 'PUT', path, credentials })).status).toBe(200)
    await rawRequest(server, { method: 'POST', path: `${path}/key`, query: 'uploads=', credentials })
  }
  const own = await ask('/-/uploads', '', tenant, server)
  expect(own.json['uploads']).toMatchObject([{ bucket: 'hers', key: 'key' }])
  expect((await ask('/-/uploads', 'bucket=mine', tenant, server)).status).toBe(404)
  const usage = await ask('/-/usage', '', tenant, server)
  expect(usage.json['buckets']).toMatchObject([{ bucket: 'hers' }])
  const all = await ask('/-/uploads', '', server.credentials, server)
  expect(all.json['uploads']).toHaveLength(2)
  for (const path of PATHS.filter((one) => !['/-/uploads', '/-/usage'].includes(one)))
    expect((await ask(path, '', tenant, server)).status).toBe(403)
})
