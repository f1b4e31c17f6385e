import { hash } from 'node:crypto'
import { contentOf } from '../support/content.ts'
import {
  type RawAnswer,
  type RawRequest,
  type ServerAddress,
  rawRequest,
  xmlTexts,
} from '../support/raw-request.ts'
import { objectPath } from '../support/signature-v4.ts'

const MIB = 2 ** 20
const BATCH = 20
const FULL = new Set(['ServiceUnavailable'])

/** What a client that fills a store was told, and so may rely on. */
export class FullDiskLoad {
  readonly #server: () => ServerAddress
  readonly #bucket: string
  readonly #random: () => number
  /** The seed and the size of each object that was acknowledged. */
  readonly objects = new Map<string, { readonly seed: string; readonly sizeBytes: number }>()
  readonly #uploads = new Map<string, string>()
  #made = 0

  constructor(server: () => ServerAddress, bucket: string, seed: number) {
    this.#server = server
    this.#bucket = bucket
    let state = seed
    // Park and Miller's: the same runs for the same seed.
    this.#random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  }

  /** Writes in all ways until so many in a row were refused. Rejects on any other answer. */
  async fill(refusals: number): Promise<void> {
    let refused = 0
    while (refused < refusals) {
      const answer = await this.#write()
      if (answer.status === 200 && answer.errorCode === undefined) refused = 0
      else if (FULL.has(answer.errorCode ?? '')) refused++
      else throw new Error(`${answer.status} ${answer.text}`)
      if (this.#made > 20_000) throw new Error('the disk does not fill')
    }
  }

  #write(): Promise<RawAnswer> {
    const kind = this.#random()
    if (kind < 0.4) return this.#put(100 + Math.floor(this.#random() * 20_000))
    if (kind < 0.7) return this.#put(100_000 + Math.floor(this.#random() * 3 * MIB))
    return kind < 0.85 ? this.#copy() : this.#part()
  }

  async #put(sizeBytes: number): Promise<RawAnswer> {
    const key = this.#newKey()
    const answer = await this.#ask({ method: 'PUT', path: this.#path(key), body: contentOf(key, sizeBytes) })
    if (answer.status === 200) this.objects.set(key, { seed: key, sizeBytes })
    return answer
  }

  async #copy(): Promise<RawAnswer> {
    const [from, source] = this.#any() ?? []
    if (from === undefined || !source) return this.#put(1000)
    const key = this.#newKey()
    const headers = { 'x-amz-copy-source': this.#path(from) }
    const answer = await this.#ask({ method: 'PUT', path: this.#path(key), headers })
    if (answer.status === 200 && answer.errorCode === undefined) this.objects.set(key, source)
    return answer
  }

  async #part(): Promise<RawAnswer> {
    const key = this.#newKey()
    const begun = await this.#ask({ method: 'POST', path: this.#path(key), query: 'uploads' })
    if (begun.status !== 200) return begun
    const uploadId = encodeURIComponent(xmlTexts(begun.text, 'UploadId')[0] ?? '')
    this.#uploads.set(uploadId, key)
    const sizeBytes = 1000 + Math.floor(this.#random() * MIB)
    const query = `partNumber=1&uploadId=${uploadId}`
    const part = await this.#ask({
      method: 'PUT',
      path: this.#path(key),
      query,
      body: contentOf(key, sizeBytes),
    })
    if (part.status !== 200 || this.#random() < 0.5) return part
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${String(part.headers['etag'])}</ETag></Part></CompleteMultipartUpload>`
    const done = await this.#ask({
      method: 'POST',
      path: this.#path(key),
      query: `uploadId=${uploadId}`,
      body,
    })
    if (done.status !== 200 || done.errorCode !== undefined) return done
    this.#uploads.delete(uploadId)
    this.objects.set(key, { seed: key, sizeBytes })
    return done
  }

  /** One by one, many at once, and uploads given up: a share of each. Returns what was refused. */
  async remove(share: number): Promise<string[]> {
    const problems: string[] = []
    const expect = (doing: string, answer: RawAnswer, status: number): void => {
      if (answer.status !== status || answer.text.includes('<Error>'))
        problems.push(`${doing}: ${answer.status} ${answer.text}`)
    }
    for (const [uploadId, key] of [...this.#uploads].slice(0, Math.ceil(this.#uploads.size * share))) {
      const query = `uploadId=${uploadId}`
      expect('Abort', await this.#ask({ method: 'DELETE', path: this.#path(key), query }), 204)
      this.#uploads.delete(uploadId)
    }
    const keys = [...this.objects.keys()].filter(() => this.#random() < share)
    const single = keys.splice(0, Math.ceil(keys.length / 2))
    for (const key of single) {
      expect('Delete', await this.#ask({ method: 'DELETE', path: this.#path(key) }), 204)
      this.objects.delete(key)
    }
    while (keys.length > 0) {
      const batch = keys.splice(0, BATCH)
      const body = `<Delete>${batch.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
      const headers = { 'content-md5': hash('md5', body, 'base64') }
      const request = { method: 'POST', path: `/${this.#bucket}`, query: 'delete', body, headers }
      expect('DeleteObjects', await this.#ask(request), 200)
      for (const key of batch) this.objects.delete(key)
    }
    return problems
  }

  /** Reads all that was acknowledged; returns what is not as it was. */
  async verify(): Promise<string[]> {
    const problems: string[] = []
    for (const [key, { seed, sizeBytes }] of this.objects) {
      const { status, body } = await this.#ask({ path: this.#path(key) })
      if (status !== 200 || !body.equals(contentOf(seed, sizeBytes))) problems.push(`${key}: ${status}`)
    }
    return problems
  }

  #ask(request: RawRequest): Promise<RawAnswer> {
    return rawRequest(this.#server(), { ...request, signal: AbortSignal.timeout(20_000) })
  }

  #any(): [string, { readonly seed: string; readonly sizeBytes: number }] | undefined {
    return [...this.objects][Math.floor(this.#random() * this.objects.size)]
  }

  #newKey(): string {
    return `key-${String(this.#made++).padStart(6, '0')}`
  }

  #path(key: string): string {
    return objectPath(this.#bucket, key)
  }
}
