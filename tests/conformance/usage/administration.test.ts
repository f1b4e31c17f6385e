import type { TestServer } from 'holdfast'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
let user: Credentials

beforeAll(async () => {
  server = await startTestServer()
  user = await makeUser(server, 'looks-at-usage', {
    Effect: 'Allow',
    Action: ['holdfast:GetUsage', 'holdfast:ListQuotas', 's3:*'],
    Resource: '*',
  })
  for (const [index, name] of ['api-one', 'api-three', 'api-two'].entries())
    await putObject(server, await createBucket(server, name), 'k', Buffer.alloc(100 * (index + 1)))
})
afterAll(() => server.close())

async function ask(method: string, path: string, query = '', credentials?: Credentials) {
  const { status, text } = await rawRequest(server, {
    method,
    path,
    query,
    ...(credentials && { credentials }),
  })
  return { status, json: JSON.parse(text) as Record<string, unknown> }
}

it('/-/usage tells what buckets hold, in pages', async () => {
  const first = await ask('GET', '/-/usage', 'limit=2')
  expect(first.json['buckets']).toEqual([
    {
      bucket: 'api-one',
      account: mainAccount.id,
      objects: 1,
      versions: 1,
      deleteMarkers: 0,
      bytes: 100,
      partBytes: 0,
      isKnown: true,
    },
    expect.objectContaining({ bucket: 'api-three', bytes: 200 }),
  ])
  const second = await ask('GET', '/-/usage', `limit=2&after=${String(first.json['next'])}`, user)
  expect(second.json).toEqual({ buckets: [expect.objectContaining({ bucket: 'api-two', bytes: 300 })] })
})

it('/-/quotas are put, told, heeded and deleted', async () => {
  expect(await ask('PUT', '/-/quotas', 'bucket=api-one&maximumBytes=150&maximumObjects=5')).toEqual({
    status: 200,
    json: {},
  })
  const told = await ask('GET', '/-/quotas', '', user)
  expect(told.json).toEqual({
    quotas: [
      {
        scope: 'bucket',
        name: 'api-one',
        accountId: mainAccount.id,
        maximumBytes: 150,
        maximumObjects: 5,
        used: { bytes: 100, objects: 1 },
      },
    ],
  })
  const put = { method: 'PUT', path: '/api-one/more', body: Buffer.alloc(51) }
  expect((await rawRequest(server, put)).text).toContain('<Code>QuotaExceeded</Code>')
  const { text } = await rawRequest(server, { path: '/-/metrics' })
  expect(text).toMatch(/^holdfast_quota_fullest_ratio 0\.66\d*$/m)
  expect(text).not.toContain('name="api-one"')
  expect((await ask('DELETE', '/-/quotas', 'bucket=api-one')).status).toBe(200)
  expect((await rawRequest(server, put)).status).toBe(200)
  await ask('PUT', '/-/quotas', `account=${mainAccount.id}&maximumObjects=1`)
  expect((await rawRequest(server, { ...put, path: '/api-two/more' })).text).toContain('QuotaExceeded')
  await ask('DELETE', '/-/quotas', `account=${mainAccount.id}`)
  expect((await ask('GET', '/-/quotas')).json).toEqual({ quotas: [] })
})

it.each([
  ['bucket=api-one', 400],
  ['maximumBytes=1', 400],
  ['bucket=api-one&account=100000000001&maximumBytes=1', 400],
  ['bucket=api-one&maximumBytes=-1', 400],
  ['bucket=api-one&maximumBytes=1e9', 400],
  ['bucket=api-one&maximumBytes=99999999999999999', 400],
  ['bucket=api-one&maximumBytes=1&more=1', 400],
  ['bucket=nobody-has-this&maximumBytes=1', 404],
  [`bucket=${'x'.repeat(5000)}&maximumBytes=1`, 404],
  ['bucket=&maximumBytes=1', 404],
  ['account=nobody&maximumBytes=1', 404],
])('refuses to put what is none: %s', async (query, status) => {
  expect((await ask('PUT', '/-/quotas', query)).status).toBe(status)
})

it('is for who may, and changes are of accounts of the config alone', async () => {
  expect(await ask('PUT', '/-/quotas', 'bucket=api-one&maximumBytes=1', user)).toMatchObject({
    status: 403,
    json: { code: 'AccessDenied' },
  })
  expect((await ask('DELETE', '/-/quotas', 'bucket=api-one', user)).status).toBe(403)
  const anonymous = await rawRequest(server, { path: '/-/usage', anonymous: true })
  expect(anonymous.status).toBe(403)
  expect((await ask('GET', '/-/usage', '', otherCredentials)).status).toBe(200)
  const answer = await rawRequest(server, { method: 'POST', path: '/-/quotas' })
  expect([answer.status, answer.headers['allow']]).toEqual([405, 'DELETE, GET, PUT'])
})
