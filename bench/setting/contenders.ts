import { randomFillSync } from 'node:crypto'
import type { Bench } from './bench.ts'
import { call, originOf, type Endpoint } from '../base/endpoint.ts'
import type { Answer, RawHeaders } from '../floors/floor.ts'
import type { Contender } from './workload.ts'

export const BUCKET = 'bench'
export const MIB = 1_048_576

/** Headers that node:http writes by itself. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

export function contender(
  { name, pid, nodes, isCompared = false }: Endpoint,
  run: Contender['run'],
  around: Pick<Contender, 'warmUp' | 'beforeRound' | 'afterRound'> = {},
): Contender {
  return { name, isCompared, run, ...(pid !== undefined && { pid }), ...(nodes && { nodes }), ...around }
}

/** The answer of an endpoint to a signed request, for a floor to repeat. */
export async function answerOf(endpoint: Endpoint, method: string, target: string): Promise<Answer> {
  const response = await fetch(originOf(endpoint) + target, { method })
  if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`)
  const body = Buffer.from(await response.arrayBuffer())
  const headers = headersOf(response)
  if (!response.headers.has('content-length')) headers.push('content-length', String(body.length))
  return { headers, bodyBase64: body.toString('base64') }
}

export function headersOf(response: Response): string[] {
  return [...response.headers].filter(([name]) => !OWN_HEADERS.has(name)).flat()
}

/** What a floor answers in a self-check, about as much as S3 would. */
export function madeUpAnswer(sizeBytes: number): Answer {
  return {
    headers: madeUpHeaders(sizeBytes),
    bodyBase64: randomFillSync(Buffer.allocUnsafe(Math.min(sizeBytes, MIB))).toString('base64'),
  }
}

export function madeUpHeaders(sizeBytes: number): RawHeaders {
  return Object.entries({
    'x-amz-request-id': '4442587FB7D0A2F9',
    'x-amz-id-2': 'Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7/C1NPcfTWAtRPfTaOFg==',
    'last-modified': 'Tue, 03 Feb 2026 04:05:06 GMT',
    etag: '"fba9dede5f27731c9771645a39863328"',
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
    'content-length': String(sizeBytes),
  }).flat()
}

/** The headers of the answer to a PUT, for a floor that stores. */
async function headersOfPut(endpoint: Endpoint, path: string): Promise<RawHeaders> {
  return headersOf(await call(endpoint, 'PUT', path, {}, 'x'))
}

/** The bucket of an endpoint, which has it already where an earlier workload used the same one. */
export async function haveBucket(endpoint: Endpoint): Promise<void> {
  const response = await fetch(originOf(endpoint) + endpoint.sign('PUT', `/${BUCKET}`), { method: 'PUT' })
  const answer = await response.text()
  if (response.ok || answer.includes('<Code>BucketAlreadyOwnedByYou</Code>')) return
  throw new Error(`PUT /${BUCKET}: ${response.status} ${answer}`)
}

/** Servers with a bucket, and first a floor that stores what is put as `kind` says. */
export async function storingEndpoints(
  bench: Bench,
  resources: AsyncDisposableStack,
  kind: 'files' | 'lmdb' | 'log',
): Promise<Endpoint[]> {
  const selfCheck = { kind, headers: madeUpHeaders(0), directory: await bench.newDirectory(resources) }
  const server = await bench.startServer(resources, selfCheck)
  const servers = [server, ...(await bench.others())]
  for (const endpoint of servers) await haveBucket(endpoint)
  const directory = await bench.newDirectory(resources)
  const headers = await headersOfPut(server, `/${BUCKET}/first`)
  return [await bench.startFloor(resources, { kind, headers, directory }), ...servers]
}
