import type { ObjectStore, UploadedPart } from './object-store.ts'

/** From here on an object is uploaded in parts of this size. */
const PART_BYTES = 8 * 1024 * 1024

/** Bytes that become an object, whose name is known when the last of them are. */
export class ObjectWriter {
  readonly #store: ObjectStore
  readonly #temporaryKey: string
  #chunks: Buffer[] = []
  #gatheredBytes = 0
  #upload: string | undefined
  readonly #parts: UploadedPart[] = []
  sizeBytes = 0

  constructor(store: ObjectStore, temporaryKey: string) {
    this.#store = store
    this.#temporaryKey = temporaryKey
  }

  /** The bytes may be used again when it resolves. */
  async append(buffers: readonly Uint8Array[]): Promise<void> {
    for (const buffer of buffers) {
      this.#chunks.push(Buffer.from(buffer))
      this.#gatheredBytes += buffer.length
      this.sizeBytes += buffer.length
    }
    if (this.#gatheredBytes >= PART_BYTES) await this.#uploadPart()
  }

  /** Makes it an object of that name: whole, and durable when it resolves. */
  async putAt(key: string, onlyIfNew?: 'onlyIfNew'): Promise<void> {
    if (this.#upload === undefined) return this.#store.put(key, this.#take(), onlyIfNew)
    await this.#uploadPart()
    await this.#store.complete(this.#temporaryKey, this.#upload, this.#parts)
    await this.#store.copy(this.#temporaryKey, key, this.sizeBytes)
    await this.#store.remove(this.#temporaryKey)
  }

  async abandon(): Promise<void> {
    this.#chunks = []
    if (this.#upload !== undefined) await this.#store.abort(this.#temporaryKey, this.#upload)
  }

  async #uploadPart(): Promise<void> {
    if (this.#gatheredBytes === 0) return
    this.#upload ??= await this.#store.beginUpload(this.#temporaryKey)
    const number = this.#parts.length + 1
    this.#parts.push(await this.#store.putPart(this.#temporaryKey, this.#upload, number, this.#take()))
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#chunks)
    this.#chunks = []
    this.#gatheredBytes = 0
    return bytes
  }
}
