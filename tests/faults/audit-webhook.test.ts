import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, createServer } from 'node:net'
import type { StartServerOptions } from 'holdfast'
import { expect, it, vi } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { Webhook } from '../support/webhook.ts'

const SECRET = 'Bearer of-the-receiver'

function settings(url: string): Pick<StartServerOptions, 'auditLog'> {
  return { auditLog: { directory: 'audit', isRequired: true, webhook: { url, authorization: SECRET } } }
}

/** Asks for so many keys that are not there; resolves to the ids of the requests. */
async function asked(server: ServerAddress, count: number): Promise<unknown[]> {
  const ids: unknown[] = []
  for (let at = 0; at < count; at++) {
    const answer = await rawRequest(server, { path: `/nowhere/${at}` })
    expect(answer.status).toBe(404)
    ids.push(answer.headers['x-amz-request-id'])
  }
  return ids
}

/** Of the requests that a receiver was told of. */
function idsAt({ requests }: Pick<Webhook, 'requests'>): unknown[] {
  return requests.flatMap(({ body }) =>
    body
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { requestId: string }).requestId),
  )
}

const arrive = (webhook: Pick<Webhook, 'requests'>, ids: readonly unknown[]) =>
  vi.waitFor(() => expect(idsAt(webhook)).toEqual(expect.arrayContaining([...ids])), { timeout: 20_000 })

const metricsOf = async ({ url }: ServerAddress): Promise<string> => (await fetch(`${url}/-/metrics`)).text()

it('every record is posted once, in order, in batches', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  await using webhook = await Webhook.open()
  await using server = await startTestServer({ dataDirectory: folder.path, ...settings(webhook.url) })
  const ids = await asked(server, 25)
  await arrive(webhook, ids)
  expect(idsAt(webhook)).toEqual(ids)
  expect(webhook.requests[0]?.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    authorization: SECRET,
  })
  await vi.waitFor(async () => expect(await metricsOf(server)).toContain('holdfast_audit_backlog_bytes 0\n'))
  expect(await metricsOf(server)).toContain('holdfast_audit_delivered_records_total 25\n')
})

it(
  'a receiver that refuses, is slow or is away gets all in the end, and nobody is refused meanwhile',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const port = await freePort()
    await using server = await startTestServer({
      dataDirectory: folder.path,
      ...settings(`http://127.0.0.1:${port}`),
    })
    const ids = await asked(server, 5)
    const isTold = () =>
      vi.waitFor(
        async () => {
          server.clock.advance(10_000)
          expect(await (await fetch(`${server.url}/-/ready`)).text()).toContain('audit-webhook: ')
        },
        { timeout: 20_000 },
      )
    await isTold()
    const metrics = await metricsOf(server)
    expect(metrics).toMatch(/^holdfast_audit_delivery_failures_total [1-9]/m)
    expect(metrics).toMatch(/^holdfast_audit_backlog_bytes [1-9]/m)
    expect(metrics).not.toContain('of-the-receiver')
    // A kind of failure after the other, then it takes them.
    const left: (string | number)[] = ['broken off', 400, 204]
    await using webhook = await Webhook.open((_request, response) => {
      const outcome = left.shift() ?? 204
      if (typeof outcome === 'number') response.writeHead(outcome).end()
      else response.destroy()
    })
    const forwarder = createServer((socket) => {
      const onward = connect(Number(new URL(webhook.url).port), '127.0.0.1')
      socket.pipe(onward).pipe(socket)
      for (const end of [socket, onward]) end.on('error', () => {})
    })
    await new Promise<void>((resolve) => forwarder.listen(port, '127.0.0.1', resolve))
    ids.push(...(await asked(server, 3)))
    while (left.length > 0) {
      server.clock.advance(5 * 60_000)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await arrive(webhook, ids)
    await vi.waitFor(async () => expect(await (await fetch(`${server.url}/-/ready`)).text()).toBe('ready\n'))
    forwarder.close()
  },
)

it('what a killed server had not posted is posted by the next one', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  await using away = await Webhook.open((_request, response) => response.writeHead(503).end())
  // The worker of a killed process is taken over when that is known to be dead.
  const testing = { enabled: true, processTimeoutSeconds: 1 }
  const ids: unknown[] = []
  {
    await using server = await startServerProcess({
      dataDirectory,
      config: { ...settings(away.url), testing },
    })
    ids.push(...(await asked(server, 20)))
    await vi.waitFor(() => expect(away.requests.length).toBeGreaterThan(0), { timeout: 20_000 })
    // A record is on the disk within moments of its answer.
    await new Promise((resolve) => setTimeout(resolve, 500))
    await server.end('SIGKILL')
  }
  await using webhook = await Webhook.open()
  await using server = await startServerProcess({
    dataDirectory,
    config: { ...settings(webhook.url), testing },
  })
  ids.push(...(await asked(server, 5)))
  await arrive(webhook, ids)
  expect(idsAt(webhook)).toEqual(ids)
  const names = await readdir(join(dataDirectory, 'audit'))
  expect(names.filter((name) => name.endsWith('.jsonl.sent'))).toHaveLength(2)
})
