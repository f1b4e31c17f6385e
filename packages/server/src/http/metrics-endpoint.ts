import { createHash, timingSafeEqual } from 'node:crypto'
import type { EncodedResponse } from '../protocol/encode.ts'
import { MetricsText } from './metrics-text.ts'
import { metricsOf, type MetricsSources } from './server-metrics.ts'

export const METRICS_PATH = '/-/metrics'

/** `/-/metrics`, in the Prometheus text format: for anybody, or for who shows a token. */
export class MetricsEndpoint {
  readonly #sources: MetricsSources
  readonly #tokenDigest: Buffer | undefined

  constructor(sources: MetricsSources, token?: string) {
    this.#sources = sources
    this.#tokenDigest = token === undefined ? undefined : digestOf(token)
  }

  async answer(authorization: string | undefined): Promise<EncodedResponse> {
    if (!this.#letsIn(authorization)) {
      return plainText(401, 'a token is needed\n', { 'WWW-Authenticate': 'Bearer realm="metrics"' })
    }
    try {
      const body = (await metricsOf(this.#sources)).toString()
      return { status: 200, headers: { 'Content-Type': MetricsText.contentType }, body }
    } catch {
      return plainText(503, 'the metadata store does not answer\n')
    }
  }

  #letsIn(authorization = ''): boolean {
    if (!this.#tokenDigest) return true
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
    return token !== undefined && timingSafeEqual(digestOf(token), this.#tokenDigest)
  }
}

/** Digests are of one length, and how long they take to compare tells nothing of the token. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function plainText(status: number, body: string, headers: Record<string, string> = {}): EncodedResponse {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body }
}
