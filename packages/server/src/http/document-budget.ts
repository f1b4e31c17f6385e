import { S3Error } from '../model/s3-error.ts'
import type { RequestSource } from './request-source.ts'

/** What the documents of all requests together may take of the memory, from their first byte to their answers. */
export class DocumentBudget {
  readonly #mostBytes: number
  #heldBytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Throws SlowDown where there is no room. Strangers get no more than half of it, so that they lock nobody out. */
  take(sizeBytes: number, isStranger: boolean): void {
    const mostBytes = isStranger ? this.#mostBytes / 2 : this.#mostBytes
    if (this.#heldBytes + sizeBytes > mostBytes) throw new S3Error('SlowDown')
    this.#heldBytes += sizeBytes
  }

  giveBack(sizeBytes: number): void {
    this.#heldBytes -= sizeBytes
  }
}

/** The document of one request. */
export class HeldDocument {
  readonly #budget: DocumentBudget
  readonly #source: Pick<RequestSource, 'hasDocument'>
  #sizeBytes = 0

  constructor(budget: DocumentBudget, source: Pick<RequestSource, 'hasDocument'>) {
    this.#budget = budget
    this.#source = source
  }

  /** All of it, from chunks that are lent. Throws SlowDown where there are too many documents already. */
  async collect(bytes: AsyncIterable<Uint8Array>, isStranger: boolean): Promise<Buffer> {
    this.#source.hasDocument = true
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) {
      this.#budget.take(chunk.length, isStranger)
      this.#sizeBytes += chunk.length
      chunks.push(Uint8Array.from(chunk))
    }
    return Buffer.concat(chunks)
  }

  /** Its request has been answered. */
  release(): void {
    this.#budget.giveBack(this.#sizeBytes)
    this.#sizeBytes = 0
  }
}
