import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../packages/server/src/start-server.ts'
import { signHeaders } from '../../tests/support/signature-v4.ts'
import { median } from '../base/statistics.ts'

// What an object of 10,000 small parts costs: its completion, in time and memory, and a range of it beside the same range
// of an object in one piece. `node bench/micro/multipart.ts [bytes of a part]`
const PARTS = 10_000
const PART_BYTES = Number(process.argv[2] ?? 5 * 1024)
const READ_BYTES = 1024 * 1024
const READS = 200

const directory = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
const agent = new Agent({ keepAlive: true, maxSockets: 16 })
const server = await startServer({ dataDirectory: directory, minimumPartBytes: 1 })
try {
  await send('PUT', '/bench')
  const whole = Buffer.alloc(PARTS * PART_BYTES)
  for (let at = 0; at < whole.length; at += 4) whole.writeUInt32LE((at * 2654435761) >>> 0, at)
  await send('PUT', '/bench/whole', '', whole)
  const uploadId = between(await send('POST', '/bench/parts', 'uploads='), 'UploadId')
  const numbers = Array.from({ length: PARTS }, (_, index) => index + 1)
  await Promise.all(
    numbers.map((number) => {
      const part = whole.subarray((number - 1) * PART_BYTES, number * PART_BYTES)
      return send('PUT', '/bench/parts', `partNumber=${number}&uploadId=${uploadId}`, part)
    }),
  )
  const list: string[] = []
  for (let marker = 0; marker < PARTS; marker += 1000) {
    const page = await send('GET', '/bench/parts', `part-number-marker=${marker}&uploadId=${uploadId}`)
    const tags = [...page.toString().matchAll(/<ETag>(.*?)<\/ETag>/g)].map(([, tag]) => tag)
    for (const tag of tags) {
      list.push(`<Part><PartNumber>${list.length + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
    }
  }
  globalThis.gc?.()
  const residentBytes = process.memoryUsage.rss()
  const start = performance.now()
  const document = Buffer.from(`<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`)
  await send('POST', '/bench/parts', `uploadId=${uploadId}`, document)
  const elapsed = performance.now() - start
  const peakBytes = process.resourceUsage().maxRSS * 1024
  console.log(`completion of ${PARTS} parts of ${PART_BYTES} bytes: ${elapsed.toFixed(0)} ms`)
  console.log(`resident before ${mega(residentBytes)}, at most since ${mega(peakBytes)}`)
  const times = { whole: [] as number[], parts: [] as number[] }
  for (let read = 0; read < READS; read++) {
    const first = randomInt(whole.length - READ_BYTES)
    for (const key of ['whole', 'parts'] as const) {
      const range = { range: `bytes=${first}-${first + READ_BYTES - 1}` }
      const began = performance.now()
      const bytes = await send('GET', `/bench/${key}`, '', undefined, range)
      times[key].push(performance.now() - began)
      if (!bytes.equals(whole.subarray(first, first + READ_BYTES))) throw new Error(`wrong bytes at ${first}`)
    }
  }
  const [one, many] = [median(times.whole), median(times.parts)]
  console.log(
    `a range of 1 MiB: ${one.toFixed(2)} ms of one piece, ${many.toFixed(2)} ms of the parts (${(many / one).toFixed(2)}×)`,
  )
} finally {
  agent.destroy()
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
}

function send(
  method: string,
  path: string,
  query = '',
  body?: Uint8Array,
  more: Record<string, string> = {},
): Promise<Buffer> {
  const headers = {
    host: `127.0.0.1:${server.port}`,
    ...(body && { 'content-length': String(body.length) }),
    ...more,
  }
  const toSign = { method, path, query, headers, credentials: server.credentials, date: new Date() }
  const { headers: signed } = signHeaders(toSign, 'UNSIGNED-PAYLOAD')
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: server.port,
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers: signed,
      agent,
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const answer = Buffer.concat(chunks)
        if ((incoming.statusCode ?? 0) < 300) resolve(answer)
        else reject(new Error(`${method} ${path}: ${incoming.statusCode} ${answer.toString()}`))
      })
    })
    outgoing.end(body)
  })
}

function between(document: Buffer, element: string): string {
  return new RegExp(`<${element}>(.*?)</${element}>`).exec(document.toString())?.[1] ?? ''
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
