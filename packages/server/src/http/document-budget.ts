import { S3Error } from '../model/s3-error.ts'
import type { RequestSource } from './request-source.ts'

/** `stranger`: a sender of S3's documents who was not verified. `service`: one of the other APIs; `unsigned`: to those, without a signature. */
export type DocumentSender = 'verified' | 'stranger' | 'service' | 'unsigned'

/** Of other APIs, so that neither S3 nor they hold each other up: S3 itself calls the key service for its clients. */
const SERVICE_SHARE = 1 / 4

/** What the documents of all requests together may take of the memory, from their first byte to their answers. */
export class DocumentBudget {
  readonly #mostBytes: number
  readonly #heldBytes = { s3: 0, service: 0 }

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Throws SlowDown where there is no room. Strangers get no more than half, so that they lock nobody out. */
  take(sizeBytes: number, sender: DocumentSender): void {
    const name = nameOf(sender)
    if (this.#heldBytes[name] + sizeBytes > this.#mostBytes * SHARES[sender]) throw new S3Error('SlowDown')
    this.#heldBytes[name] += sizeBytes
  }

  giveBack(sizeBytes: number, sender: DocumentSender): void {
    this.#heldBytes[nameOf(sender)] -= sizeBytes
  }
}

const SHARES: Readonly<Record<DocumentSender, number>> = {
  service: SERVICE_SHARE,
  unsigned: SERVICE_SHARE / 2,
  verified: 1 - SERVICE_SHARE,
  stranger: (1 - SERVICE_SHARE) / 2,
}

function nameOf(sender: DocumentSender): 's3' | 'service' {
  return sender === 'service' || sender === 'unsigned' ? 'service' : 's3'
}

/** The document of one request. */
export class HeldDocument {
  readonly #budget: DocumentBudget
  readonly #source: Pick<RequestSource, 'hasDocument'>
  #sizeBytes = 0
  #sender: DocumentSender = 'stranger'

  constructor(budget: DocumentBudget, source: Pick<RequestSource, 'hasDocument'>) {
    this.#budget = budget
    this.#source = source
  }

  /** All of it, from chunks that are lent. Throws SlowDown where there are too many documents already. */
  async collect(bytes: AsyncIterable<Uint8Array>, sender: DocumentSender): Promise<Buffer> {
    this.#source.hasDocument = true
    this.#sender = sender
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) {
      this.#budget.take(chunk.length, sender)
      this.#sizeBytes += chunk.length
      chunks.push(Uint8Array.from(chunk))
    }
    return Buffer.concat(chunks)
  }

  /** Its request has been answered. */
  release(): void {
    this.#budget.giveBack(this.#sizeBytes, this.#sender)
    this.#sizeBytes = 0
  }
}
