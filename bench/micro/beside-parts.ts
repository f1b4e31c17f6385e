import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from '../../packages/server/src/start-server.ts'
import { signHeaders } from '../../tests/support/signature-v4.ts'

// How long a HEAD takes, by the clock on the wall, beside the completion of 10,000 parts and beside the copy of that object, and
// how much CPU the longest turn of the server's event loop took meanwhile. Client and server are two processes; a busy machine is in the times of
// both. `node bench/micro/beside-parts.ts [rounds]`
const PARTS = 10_000
const ROUNDS = Number(process.argv[2] ?? 3)
const HEADS_AT_ONCE = 4

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

async function serve(dataDirectory: string): Promise<void> {
  const server = await startServer({ dataDirectory, minimumPartBytes: 1 })
  let longest = 0
  let before = threadMilliseconds()
  const turn = (): void => {
    const now = threadMilliseconds()
    longest = Math.max(longest, now - before)
    before = now
    setImmediate(turn)
  }
  turn()
  process.on('message', (message) => {
    process.send?.(longest)
    longest = 0
    if (message === 'end') void server[Symbol.asyncDispose]().then(() => process.exit(0))
  })
  process.send?.({ port: server.port, credentials: server.credentials })
}

/** Of the CPU that this thread has had: what others take of a busy machine is not in it. */
function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

async function measure(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  const child = fork(fileURLToPath(import.meta.url), ['serve', directory])
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  try {
    const [{ port, credentials }] = (await once(child, 'message')) as [
      { port: number; credentials: Credentials },
    ]
    const held = async (): Promise<number> => {
      const answer = once(child, 'message')
      child.send('held')
      return Number((await answer)[0])
    }
    const client = new Client(port, credentials, agent)
    await client.send('PUT', '/bench')
    await client.send('PUT', '/bench/small', '', Buffer.from('small'))
    const times = { alone: [] as number[], completion: [] as number[], copy: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      const [uploadId, document] = await client.upload()
      const beside = async (name: keyof typeof times, work: () => Promise<unknown>): Promise<void> => {
        await held()
        const [took, heads] = await client.headsBeside(work)
        times[name].push(...heads)
        console.log(
          `${name}: ${took.toFixed(0)} ms, ${heads.length} HEADs, at most ${Math.max(...heads).toFixed(1)} ms; longest turn ${(await held()).toFixed(1)} ms of CPU`,
        )
      }
      await beside('alone', () => new Promise((resolve) => setTimeout(resolve, 1000)))
      await beside('completion', () => client.send('POST', '/bench/parts', `uploadId=${uploadId}`, document))
      await beside('copy', () =>
        client.send('PUT', '/bench/copy', '', undefined, { 'x-amz-copy-source': '/bench/parts' }),
      )
    }
    for (const [name, all] of Object.entries(times)) {
      console.log(
        `HEAD beside ${name}: p50 ${quantile(all, 0.5)}, p99 ${quantile(all, 0.99)}, p99.9 ${quantile(all, 0.999)} ms`,
      )
    }
  } finally {
    agent.destroy()
    const ended = once(child, 'exit')
    child.send('end')
    await ended
    await rm(directory, { recursive: true })
  }
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1)
}

class Client {
  readonly #port: number
  readonly #credentials: Credentials
  readonly #agent: Agent

  constructor(port: number, credentials: Credentials, agent: Agent) {
    this.#port = port
    this.#credentials = credentials
    this.#agent = agent
  }

  /** An upload with all its parts, and the document that completes it. */
  async upload(): Promise<[uploadId: string, document: Buffer]> {
    const { text } = await this.send('POST', '/bench/parts', 'uploads=')
    const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1] ?? ''
    const body = Buffer.alloc(100, 'p')
    const list: string[] = []
    const numbers = Array.from({ length: PARTS }, (_, index) => index + 1).values()
    const put = async (): Promise<void> => {
      for (const number of numbers) {
        const query = `partNumber=${number}&uploadId=${uploadId}`
        const { etag } = await this.send('PUT', '/bench/parts', query, body)
        list[number - 1] = `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`
      }
    }
    await Promise.all(Array.from({ length: 16 }, put))
    return [uploadId, Buffer.from(`<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`)]
  }

  /** How long some work took, and each of the HEADs that were asked meanwhile. */
  async headsBeside(work: () => Promise<unknown>): Promise<[milliseconds: number, heads: number[]]> {
    const done = new AbortController()
    const heads: number[] = []
    const ask = async (): Promise<void> => {
      while (!done.signal.aborted) {
        const start = performance.now()
        await this.send('HEAD', '/bench/small')
        heads.push(performance.now() - start)
      }
    }
    const asking = Array.from({ length: HEADS_AT_ONCE }, ask)
    const start = performance.now()
    await work()
    done.abort()
    const took = performance.now() - start
    await Promise.all(asking)
    return [took, heads]
  }

  send(
    method: string,
    path: string,
    query = '',
    body?: Uint8Array,
    more: Record<string, string> = {},
  ): Promise<{ text: string; etag: string }> {
    const headers = {
      host: `127.0.0.1:${this.#port}`,
      ...(body && { 'content-length': String(body.length) }),
      ...more,
    }
    const toSign = { method, path, query, headers, credentials: this.#credentials, date: new Date() }
    const { headers: signed } = signHeaders(toSign, 'UNSIGNED-PAYLOAD')
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: query === '' ? path : `${path}?${query}`,
        headers: signed,
        agent: this.#agent,
      })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        let text = ''
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          if ((incoming.statusCode ?? 0) < 300) resolve({ text, etag: incoming.headers.etag ?? '' })
          else reject(new Error(`${method} ${path}: ${incoming.statusCode} ${text}`))
        })
      })
      outgoing.end(body)
    })
  }
}

if (process.argv[2] === 'serve') await serve(process.argv[3] ?? '')
else await measure()
