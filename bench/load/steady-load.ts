import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Endpoint } from '../base/endpoint.ts'
import { keyOf } from './key-of.ts'

export interface SteadyLoadOptions {
  /** Asked for each time: it may have been started anew. */
  readonly endpoint: () => Endpoint
  readonly bucket: string
  readonly objects: number
  readonly folders: number
  readonly requestsPerSecond: number
  /** Of every so many requests one is a PUT. Absent: none is. */
  readonly putEvery?: number
}

/** GETs, and PUTs of 1 KiB, at a rate that does not heed the answers. */
export class SteadyLoad implements Disposable {
  readonly #options: SteadyLoadOptions
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #body = Buffer.alloc(1024, 'x')
  #asked = 0

  constructor(options: SteadyLoadOptions) {
    this.#options = options
  }

  /** Latencies in milliseconds of what was asked while something else is done. */
  async during(work: () => Promise<unknown>): Promise<number[]> {
    const stop = new AbortController()
    const measuring = this.#latencies(stop.signal)
    await work()
    stop.abort()
    return measuring
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  async #latencies(signal: AbortSignal): Promise<number[]> {
    const { requestsPerSecond } = this.#options
    const answers: Promise<number>[] = []
    const start = performance.now()
    while (!signal.aborted) {
      const due = Math.floor(((performance.now() - start) / 1000) * requestsPerSecond)
      while (answers.length <= due)
        answers.push(this.#ask(start + (answers.length * 1000) / requestsPerSecond))
      await delay(2)
    }
    return Promise.all(answers)
  }

  /** How long it takes from when it was due: one that had to wait for those before it has waited, too. */
  #ask(dueAt: number): Promise<number> {
    const { bucket, objects, folders, putEvery } = this.#options
    const endpoint = this.#options.endpoint()
    const number = this.#asked++
    const isPut = putEvery !== undefined && number % putEvery === 0
    const key = isPut ? `put/${number}` : keyOf((number * 7919) % objects, folders)
    const method = isPut ? 'PUT' : 'GET'
    const path = endpoint.sign(method, `/${bucket}/${key}`)
    const { hostname: host, port } = endpoint
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, host, port, method, path }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${method} ${key}: ${answer.statusCode}`))
        answer.on('end', () => resolve(performance.now() - dueAt)).resume()
      })
      sent.on('error', reject)
      sent.end(isPut ? this.#body : undefined)
    })
  }
}

export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN
}

export function toldLatencies(values: readonly number[]): string {
  return `p50 ${percentile(values, 0.5).toFixed(2)} ms, p99 ${percentile(values, 0.99).toFixed(2)} ms of ${values.length}`
}
