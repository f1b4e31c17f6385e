import { createHash } from 'node:crypto'
import { presigner, type Keys, type Presigner, type Query, type SignedHeaders } from './presign.ts'

/** Something that answers S3 requests: Holdfast, a floor, another server. */
export interface Endpoint {
  readonly name: string
  readonly hostname: string
  readonly port: number
  readonly keys: Keys
  readonly sign: Presigner
  /** Absent where the process is not ours to read. */
  readonly pid?: number
  /** The processes behind a proxy, in place of `pid`. */
  readonly nodes?: readonly number[]
  /** Whether Holdfast's figures are told beside this one's: it does all that Holdfast does. */
  readonly isCompared?: boolean
}

export const LOCAL_KEYS: Keys = {
  accessKeyId: 'AKIABENCHBENCHBENCH0',
  secretAccessKey: 'bench/bench/bench/bench/bench/bench/benc',
  region: 'us-east-1',
}

export function endpointAt(name: string, hostname: string, port: number, keys: Keys, pid?: number): Endpoint {
  const sign = presigner(`${hostname}:${port}`, keys, new Date())
  return { name, hostname, port, keys, sign, ...(pid !== undefined && { pid }) }
}

export function originOf({ hostname, port }: Endpoint): string {
  return `http://${hostname}:${port}`
}

/** One signed request of the preparation. Throws unless it is answered with 2xx. */
export async function call(
  endpoint: Endpoint,
  method: string,
  path: string,
  query: Query = {},
  body?: string,
  headers: SignedHeaders = {},
): Promise<Response> {
  const target = endpoint.sign(method, path, query, headers)
  const request = { method, headers, ...(body !== undefined && { body }) }
  const response = await fetch(originOf(endpoint) + target, request)
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

/** Puts a setting of a bucket; S3 wants its digest. */
export async function putDocument(
  endpoint: Endpoint,
  path: string,
  query: Query,
  body: string,
): Promise<void> {
  const digest = createHash('md5').update(body).digest('base64')
  await call(endpoint, 'PUT', path, query, body, { 'content-md5': digest })
}
