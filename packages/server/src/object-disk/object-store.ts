import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import { retrying } from '../import/retry.ts'
import { errorIn, type S3Source, type SourceAddress } from '../import/s3-source.ts'
import { BodyFault, SourceError } from '../import/source-error.ts'
import { endpointFault } from './endpoint-fault.ts'
import { childrenOf, textOf } from '../import/xml-elements.ts'
import { encodePath } from '../signature/sign-request.ts'
import { readXml, type XmlElement } from '../protocol/xml-reader.ts'

export interface ObjectStoreOptions {
  readonly endpoint: S3Source
  /** For people. */
  readonly origin: string
  readonly bucket: string
  /** Before every key; empty, or with a slash at its end. */
  readonly prefix: string
  readonly clock: Clock
  readonly random: Random
}

export interface BegunObject {
  readonly bytes: Buffer
  readonly sizeBytes: number
}

export interface UploadedPart {
  readonly number: number
  readonly etag: string
}

/** S3 copies no more than 5 GiB at once. Source: S3 API Reference, UploadPartCopy. */
const COPIED_AT_ONCE_BYTES = 2 ** 30
const MOST_ANSWER_BYTES = 64 * 1024 * 1024
type Headers = Readonly<Record<string, string>>
type Answered = Readonly<Record<string, string | undefined>>

/** The objects below a prefix. Keys are without it. What fails in a way that may pass is tried again for a minute or so. */
export class ObjectStore {
  readonly #options: ObjectStoreOptions

  constructor(options: ObjectStoreOptions) {
    this.#options = options
  }

  /** How long an object is, and its beginning: an answer to HEAD would not say what it is refused for. */
  begin(key: string, mostBytes: number): Promise<BegunObject> {
    return this.#trying(async () => {
      const range = `bytes=0-${mostBytes - 1}`
      try {
        const answer = await this.#options.endpoint.ask('GET', this.#at(key), { range })
        const bytes = await answer.whole(mostBytes)
        return { bytes, sizeBytes: Number(answer.headers['content-range']?.split('/')[1] ?? bytes.length) }
      } catch (error) {
        // No range of an empty one can be had. Source: RFC 9110, section 15.5.17.
        if (error instanceof SourceError && error.status === 416)
          return { bytes: Buffer.alloc(0), sizeBytes: 0 }
        throw error
      }
    })
  }

  /** From `start` to before `end`. */
  read(key: string, start: number, end: number): Promise<Buffer> {
    return this.#trying(async () => {
      const answer = await this.#options.endpoint.ask('GET', this.#at(key), {
        range: `bytes=${start}-${end - 1}`,
      })
      const bytes = await answer.whole(end - start)
      if (bytes.length !== end - start) throw new BodyFault(`${key} was cut on the way`)
      return bytes
    })
  }

  /** Rejects with status 412 where it is to be new, and there is another. */
  async put(key: string, bytes: Buffer, onlyIfNew?: 'onlyIfNew'): Promise<void> {
    try {
      await this.#send('PUT', this.#at(key), bytes, onlyIfNew ? { 'if-none-match': '*' } : {})
    } catch (error) {
      // The answer to the first attempt may have been lost.
      if (!(error instanceof SourceError) || error.status !== 412 || !(await this.#has(key, bytes)))
        throw error
    }
  }

  async #has(key: string, bytes: Buffer): Promise<boolean> {
    const found = await this.begin(key, bytes.length + 1)
    return found.bytes.equals(bytes)
  }

  async remove(key: string): Promise<void> {
    await this.#send('DELETE', this.#at(key))
  }

  /** What is in a folder, which is a key with a slash at its end or nothing: objects, and folders without their slash. */
  async list(folder: string): Promise<string[]> {
    const names: string[] = []
    let next: string | undefined
    do {
      const prefix = this.#options.prefix + folder
      const query = {
        'list-type': 2,
        prefix,
        delimiter: '/',
        'encoding-type': 'url',
        'continuation-token': next,
      }
      const page = await this.#document('GET', { bucket: this.#options.bucket, query })
      const keys = childrenOf(page, 'Contents').map((element) => textOf(element, 'Key') ?? '')
      const folders = childrenOf(page, 'CommonPrefixes').map((element) => textOf(element, 'Prefix') ?? '')
      for (const key of [...keys, ...folders]) {
        const name = decodeURIComponent(key.replaceAll('+', ' ')).slice(prefix.length).replace(/\/$/, '')
        if (name !== '') names.push(name)
      }
      next = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined
    } while (next !== undefined)
    return names
  }

  async beginUpload(key: string): Promise<string> {
    const answer = await this.#document('POST', { ...this.#at(key), query: { uploads: '' } })
    const uploadId = textOf(answer, 'UploadId')
    if (uploadId === undefined) throw new Error('The endpoint began an upload without telling its id.')
    return uploadId
  }

  async putPart(key: string, uploadId: string, number: number, bytes: Buffer): Promise<UploadedPart> {
    const headers = await this.#send(
      'PUT',
      { ...this.#at(key), query: { partNumber: number, uploadId } },
      bytes,
    )
    return { number, etag: headers['etag'] ?? '' }
  }

  async complete(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<void> {
    const listed = parts.map(
      ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const body = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`)
    await this.#document('POST', { ...this.#at(key), query: { uploadId } }, body)
  }

  async abort(key: string, uploadId: string): Promise<void> {
    await this.#send('DELETE', { ...this.#at(key), query: { uploadId } })
  }

  /** Within the endpoint. */
  async copy(from: string, to: string, sizeBytes: number): Promise<void> {
    const { bucket, prefix } = this.#options
    const source = encodePath(`/${bucket}/${prefix}${from}`)
    const uploadId = await this.beginUpload(to)
    const parts: UploadedPart[] = []
    for (let start = 0; start < sizeBytes; start += COPIED_AT_ONCE_BYTES) {
      const end = Math.min(start + COPIED_AT_ONCE_BYTES, sizeBytes)
      const range = { 'x-amz-copy-source': source, 'x-amz-copy-source-range': `bytes=${start}-${end - 1}` }
      const number = parts.length + 1
      const query = { partNumber: number, uploadId }
      const copied = await this.#document('PUT', { ...this.#at(to), query }, undefined, range)
      parts.push({ number, etag: textOf(copied, 'ETag') ?? '' })
    }
    await this.complete(to, uploadId, parts)
  }

  /** Uploads in a folder that were begun and not completed. Keys are without the prefix. */
  async uploads(folder: string): Promise<{ readonly key: string; readonly uploadId: string }[]> {
    const { bucket, prefix } = this.#options
    const page = await this.#document('GET', { bucket, query: { uploads: '', prefix: prefix + folder } })
    return childrenOf(page, 'Upload').map((element) => ({
      key: (textOf(element, 'Key') ?? '').slice(prefix.length),
      uploadId: textOf(element, 'UploadId') ?? '',
    }))
  }

  #at(key: string): SourceAddress & { readonly key: string } {
    return { bucket: this.#options.bucket, key: this.#options.prefix + key }
  }

  #send(
    method: 'PUT' | 'DELETE',
    address: SourceAddress,
    body?: Buffer,
    headers: Headers = {},
  ): Promise<Answered> {
    return this.#trying(async () => {
      const answer = await this.#options.endpoint.ask(method, address, headers, body)
      await answer.whole(MOST_ANSWER_BYTES)
      return answer.headers
    })
  }

  /** An answer of 200 may be an error all the same, where it took a while. Source: S3 API Reference, CompleteMultipartUpload. */
  #document(
    method: 'GET' | 'PUT' | 'POST',
    address: SourceAddress,
    body?: Buffer,
    headers: Headers = {},
  ): Promise<XmlElement> {
    return this.#trying(async () => {
      const answer = await this.#options.endpoint.ask(method, address, headers, body)
      const document = readXml(await answer.whole(MOST_ANSWER_BYTES))
      if (document.name === 'Error') throw errorIn(document, 500)
      return document
    })
  }

  async #trying<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await retrying(work, this.#options)
    } catch (error) {
      throw endpointFault(error, this.#options)
    }
  }
}
