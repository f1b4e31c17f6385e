import {
  CreateUserCommand,
  CreateAccessKeyCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { MovableClock, type TestServer } from 'holdfast'
import { expect, it } from 'vitest'
import type { StartServerOptions } from 'holdfast'
import { mainAccount, mainCredentials, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { iamClient } from '../../support/identity-clients.ts'
import { type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

type Rates = NonNullable<StartServerOptions['rates']>

/** A server whose time stands still until the test moves it. */
async function limited(rates: Rates) {
  const clock = new MovableClock(new Date())
  const server = await startTestServer({ clock, rates, websites: { 'site.example': 'site' } })
  const ask = (request: Partial<RawRequest> = {}) =>
    rawRequest(server, { path: '/', date: clock.now(), ...request })
  const statuses = async (count: number, request?: Partial<RawRequest>): Promise<number[]> => {
    const all: number[] = []
    for (let at = 0; at < count; at++) all.push((await ask(request)).status)
    return all
  }
  return { clock, server, ask, statuses, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const ofOther = { credentials: otherCredentials }
const metricsOf = async ({ url }: TestServer): Promise<string> => (await fetch(`${url}/-/metrics`)).text()

it('who asks too often is told to slow down, and when to come back', async () => {
  await using all = await limited({ eachAccount: { requestsPerSecond: 0.5, burstSeconds: 4 } })
  const { ask, clock, statuses } = all
  expect(await statuses(3)).toEqual([200, 200, 503])
  const refused = await ask()
  expect(refused).toMatchObject({ status: 503, errorCode: 'SlowDown' })
  expect(refused.text).toContain('<Message>Please reduce your request rate.</Message>')
  expect(refused.headers['retry-after']).toBe('2')
  expect(await statuses(1, ofOther)).toEqual([200])
  clock.advance(1999)
  expect(await statuses(1)).toEqual([503])
  clock.advance(1)
  expect(await statuses(2)).toEqual([200, 503])
  expect(await metricsOf(all.server)).toContain(
    `holdfast_limited_requests_total{account="${mainAccount.id}",reason="rate"} 4\n`,
  )
})

it('an account with an entry of its own has that in the place of the one for each', async () => {
  const accounts = { [mainAccount.id]: { requestsPerSecond: 3 } }
  await using all = await limited({ eachAccount: { requestsPerSecond: 1 }, accounts })
  expect(await all.statuses(4)).toEqual([200, 200, 200, 503])
  expect(await all.statuses(2, ofOther)).toEqual([200, 503])
})

it('a user is limited by itself and with its account, wherever it asks', async () => {
  await using all = await limited({
    users: { 'arn:aws:iam::100000000001:user/ann': { requestsPerSecond: 2 } },
  })
  const { server, statuses, clock } = all
  const iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } })
  await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'all', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
  expect(await statuses(3, { credentials })).toEqual([200, 200, 503])
  const ofAnn = iamClient({ ...server, credentials })
  const refusal = await ofAnn.send(new ListUsersCommand({})).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } })
  expect(await statuses(5)).toEqual([200, 200, 200, 200, 200])
  clock.advance(500)
  expect(await statuses(2, { credentials })).toEqual([200, 503])
})

it('strangers of a group of addresses are one party, those who are not believed among them', async () => {
  await using all = await limited({ anonymous: { requestsPerSecond: 3 } })
  const { ask, statuses, clock } = all
  const forged = { ...mainCredentials, secretAccessKey: 'wrong/secret+key/123456789abcdefghijklmn' }
  const anonymous = { anonymous: true, path: '/bucket/key' }
  expect((await ask({ credentials: forged })).errorCode).toBe('SignatureDoesNotMatch')
  expect(await statuses(1, anonymous)).toEqual([404])
  expect(await statuses(1, { ...anonymous, headers: { host: 'site.example' } })).toEqual([404])
  expect((await ask({ credentials: forged })).errorCode).toBe('SlowDown')
  expect(await statuses(1, { ...anonymous, localAddress: '127.0.0.9' })).toEqual([503])
  expect(await statuses(1, { ...anonymous, headers: { host: 'site.example' } })).toEqual([503])
  expect(await statuses(1, { ...anonymous, localAddress: '127.0.9.1' })).toEqual([404])
  expect(await statuses(3)).toEqual([200, 200, 200])
  clock.advance(334)
  expect(await statuses(2, anonymous)).toEqual([404, 503])
})

it('what is refused was not done', async () => {
  await using all = await limited({ eachAccount: { requestsPerSecond: 1 } })
  const { ask, clock, server } = all
  await createBucket(server, 'kept')
  clock.advance(1000)
  const put = { method: 'PUT', path: '/kept/key', body: 'x'.repeat(100_000) }
  expect([(await ask(put)).status, (await ask({ method: 'DELETE', path: '/kept/key' })).status]).toEqual([
    200, 503,
  ])
  clock.advance(1000)
  expect((await ask({ path: '/kept/key' })).body).toHaveLength(100_000)
})

it('bodies are held back and not cut, both ways', async () => {
  await using all = await limited({ eachAccount: { megabytesPerSecond: 1 } })
  const { ask, clock, server } = all
  await createBucket(server, 'slow')
  /** Moves the time until it is over; gives the milliseconds that took. */
  const timeOf = async (doing: Promise<{ readonly status: number; readonly body: Buffer }>) => {
    const done = new AbortController()
    const over = doing.finally(() => done.abort())
    let milliseconds = 0
    for (; !done.signal.aborted && milliseconds < 60_000; milliseconds += 25) {
      clock.advance(25)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return { ...(await over), milliseconds }
  }
  const body = Buffer.alloc(3 * 1024 * 1024, 'ab')
  const put = await timeOf(ask({ method: 'PUT', path: '/slow/key', body }))
  expect(put.status).toBe(200)
  // The burst is a second's.
  expect(put.milliseconds).toBeGreaterThan(1950)
  expect(put.milliseconds).toBeLessThan(6000)
  const got = await timeOf(ask({ path: '/slow/key' }))
  expect(got.status).toBe(200)
  expect(got.body.equals(body)).toBe(true)
  // Where the engine is slow the time was moved on after the last byte, so that there may be a whole burst again.
  expect(got.milliseconds).toBeGreaterThan(1950)
  const held = /^holdfast_held_back_seconds_total (\S+)$/m.exec(await metricsOf(server))?.[1]
  expect(Number(held)).toBeGreaterThan(3)
})

it('who is refused before it is known who asks is limited as a stranger, wherever', async () => {
  await using all = await limited({ anonymous: { requestsPerSecond: 1 } })
  const wrong = { credentials: { ...mainCredentials, secretAccessKey: 'of nobody' } }
  const form = { 'content-type': 'multipart/form-data; boundary=x' }
  for (const request of [
    { path: '/-/usage', ...wrong },
    { path: '/-/usage', anonymous: true },
    { method: 'PATCH', path: '/bucket/key', anonymous: true },
    { method: 'POST', path: '/bucket', anonymous: true, headers: form, body: '--x\r\nnone' },
  ]) {
    const [first, second] = await all.statuses(2, request)
    expect(first).toBeLessThan(500)
    expect(second).toBe(503)
    all.clock.advance(1000)
  }
})
