import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it, vi } from 'vitest'
import { contentOf } from '../../support/content.ts'
import { freePort } from '../../support/free-port.ts'
import { postgresqlPrograms, startPostgresql, urlOf } from '../../support/postgresql-cluster.ts'
import { proxyKinds, proxySnippet, runProxy } from '../../support/proxy-process.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { requireCommand, skip } from '../../support/require-command.ts'
import { s3Client } from '../../support/s3-client.ts'
import { type ServerProcess, spawnServerProcess, untilReady } from '../../support/server-process.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const NODES = 3
const CLIENTS = 4
const Bucket = 'behind'

it.for(['haproxy', 'nginx'])(
  'no request to three nodes behind the %s of the page fails while one is killed and one is stopped',
  { timeout: 180_000 },
  async (language, context) => {
    const kind = proxyKinds[language]
    if (!kind) throw new Error('no such proxy')
    await requireCommand(context, kind.command)
    if (postgresqlPrograms() === undefined) skip(context, 'PostgreSQL is not installed')
    await using stack = new AsyncDisposableStack()
    const cluster = stack.use(await startPostgresql())
    const folder = stack.use(await temporaryDirectory())
    const rootKey = randomBytes(32).toString('base64')
    const metadata = { engine: 'postgresql', url: urlOf(await cluster.newDatabase()) }
    const nodes: ServerProcess[] = []
    stack.defer(async () => void (await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))))
    const start = async (index: number): Promise<void> => {
      const dataDirectory = join(folder.path, `node-${index}`)
      await mkdir(dataDirectory, { recursive: true })
      const blobs = { engine: 'files', directory: join(folder.path, 'shared') }
      nodes[index] = await spawnServerProcess({
        dataDirectory,
        port: ports[index] ?? 0,
        config: { metadata, blobs },
        environment: { HOLDFAST_ROOT_KEYS: rootKey },
      })
      await untilReady(nodes[index], 60_000)
    }
    const ports = await Promise.all(Array.from({ length: NODES }, () => freePort()))
    for (const index of ports.keys()) await start(index)

    const port = await freePort()
    const place = { folder: join(folder.path, 'proxy'), port }
    await mkdir(place.folder)
    const snippet = (await proxySnippet('many-machines.md', language)).replaceAll(
      /10\.0\.0\.([123]):9000/g,
      (_, number: string) => `127.0.0.1:${ports[Number(number) - 1]}`,
    )
    stack.use(await runProxy(kind, snippet, place))
    const [first] = nodes
    if (!first) throw new Error('no node')
    const address = { url: `http://127.0.0.1:${port}`, credentials: first.credentials }
    expect((await rawRequest(address, { method: 'PUT', path: `/${Bucket}` })).status).toBe(200)

    const over = new AbortController()
    let done = 0
    const client = async (number: number): Promise<void> => {
      // As its users make it, but for the tries: the whole test takes seconds.
      using sdk = disposable(s3Client(address, { maxAttempts: 8, retryMode: 'standard' }))
      for (let round = 0; !over.signal.aborted; round++) {
        const Key = `client ${number} object ${round}`
        const Body = contentOf(Key, round % 3 === 0 ? 90_000 : 900)
        await sdk.client.send(new PutObjectCommand({ Bucket, Key, Body }))
        const { Body: read } = await sdk.client.send(new GetObjectCommand({ Bucket, Key }))
        expect(Body.equals((await read?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
        if (round % 5 === 0) await sdk.client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))
        done++
      }
    }
    const running = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
    const pause = (): Promise<unknown> => Promise.race([running, delay(1500)])
    await pause()
    for (const [index, signal] of [
      [0, 'SIGKILL'],
      [1, 'SIGTERM'],
    ] as const) {
      await nodes[index]?.end(signal)
      await pause()
      await nodes[index]?.[Symbol.asyncDispose]()
      await start(index)
      await pause()
    }
    const allAreAsked = async (): Promise<void> => {
      for (const node of nodes) expect(await requestsOf(node)).toBeGreaterThan(0)
    }
    await Promise.race([running, vi.waitFor(allAreAsked, { timeout: 30_000, interval: 200 })])
    over.abort()
    await running
    expect(done).toBeGreaterThan(20)
  },
)

function disposable<Client extends { destroy(): void }>(client: Client): Disposable & { client: Client } {
  return { client, [Symbol.dispose]: () => client.destroy() }
}

async function requestsOf(node: ServerProcess): Promise<number> {
  const { text } = await rawRequest(node, { path: '/-/metrics', anonymous: true })
  const counts = text.matchAll(/^holdfast_requests_total\{operation="(?:PutObject|GetObject)".*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
