import { createChecksum } from '../../../base/checksums.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { Content, ListedPart, ObjectRow, SingleContent } from '../../../metadata/tables/rows.ts'
import { bodyOf } from '../../../model/body.ts'
import { partLists } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { linkContent } from '../content/link-content.ts'
import { openContent, whileOpen } from '../content/open-content.ts'
import { partsFrom, readContent } from '../content/read-content.ts'
import { storeContent, type StoredContent } from '../content/store-content.ts'
import { partListRows } from '../content/part-list.ts'
import type { S3Service } from '../service/service.ts'
import type { ContentOpener, ContentSealer } from '../sealing/content-seal.ts'
import { ownKeyOf } from '../sealing/object-key.ts'
import { openerFor, sealerFor } from '../sealing/object-keys.ts'
import type { Placed } from '../content/placement.ts'

/** Bytes that were copied to where they are to be kept, and are not named yet. */
export interface MovedContent {
  readonly content: Content
  /** Names all of it in the transaction that replaces the row. */
  link(transaction: Transaction): Promise<void>
  /** Gives it back where that did not happen. */
  discard(): Promise<void>
  /** Ends what keeps it from being swept up, after one or the other. */
  release(): void
}

/** Whether the server can open the bytes by itself, and so may keep them in another form. */
export function isMovable({ encryption }: ObjectRow): boolean {
  return encryption === undefined || encryption.kind === 'AES256'
}

/**
 * Copies an object's bytes to where `placed` is kept, sealed anew, and reads them back to see that they are the
 * same. `undefined` when the object let go of them meanwhile. Small bytes stay where they are: beside their row.
 */
export async function moveContent(
  service: S3Service,
  row: ObjectRow,
  placed: Placed,
  signal: AbortSignal,
): Promise<MovedContent | undefined> {
  const { content } = row
  if (content.kind === 'empty' || content.kind === 'inline') return unmoved(content)
  const ownKey = await ownKeyOf(service.encryption, row.encryption)
  const sealer = await sealerFor(service.encryption, 'AES256', ownKey)
  const mover = new Mover(service, openerFor(service.encryption, ownKey), sealer, placed, signal)
  try {
    if (content.kind === 'blob') {
      const moved = await mover.move(content, row.sizeBytes)
      return moved && { content: moved, ...mover.ends }
    }
    const moved = await moveParts(service, row, content, mover)
    if (!moved) await mover.giveUp()
    return moved
  } catch (error) {
    await mover.giveUp()
    throw error
  }
}

function unmoved(content: Content): MovedContent {
  return { content, link: async () => {}, discard: async () => {}, release: () => {} }
}

async function moveParts(
  service: S3Service,
  row: ObjectRow,
  content: Extract<Content, { kind: 'parts' }>,
  mover: Mover,
): Promise<MovedContent | undefined> {
  const parts: ListedPart[] = []
  // Held as a whole, so that its parts are there until the last is copied.
  service.pins.pin(content.id, true)
  try {
    for await (const part of partsFrom(service.stores, content.id, 0)) {
      const moved = await mover.move(part.content, part.sizeBytes)
      if (!moved) return undefined
      parts.push({ ...part, content: moved })
    }
  } finally {
    service.pins.unpin(content.id)
  }
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
  if (sizeBytes !== row.sizeBytes) return undefined
  const id = service.contentIds.next()
  const { link, ...ends } = mover.ends
  return {
    content: { ...content, id },
    async link(transaction) {
      await link(transaction)
      for (const list of partListRows(parts)) {
        transaction.put(partLists, [id, list.parts[0]?.startByte ?? 0], list)
      }
    },
    ...ends,
  }
}

/** Copies bytes to where their object is to be kept, and remembers what it wrote. */
class Mover {
  readonly #service: S3Service
  readonly #opener: ContentOpener
  readonly #sealer: ContentSealer
  readonly #placed: Placed
  readonly #signal: AbortSignal
  readonly #written: StoredContent[] = []

  constructor(
    service: S3Service,
    opener: ContentOpener,
    sealer: ContentSealer,
    placed: Placed,
    signal: AbortSignal,
  ) {
    this.#service = service
    this.#opener = opener
    this.#sealer = sealer
    this.#placed = placed
    this.#signal = signal
  }

  readonly ends = {
    link: async (transaction: Transaction): Promise<void> => {
      for (const stored of this.#written) await linkContent(transaction, stored)
    },
    discard: async (): Promise<void> => {
      for (const { content } of this.#written) {
        // The sweep finds what cannot be removed now.
        if (content.kind === 'blob')
          await this.#service.stores.blobs.remove(content.id).catch(() => undefined)
      }
    },
    release: (): void => {
      for (const { content } of this.#written) {
        if (content.kind === 'blob') this.#service.pins.unpin(content.id)
      }
    },
  }

  async giveUp(): Promise<void> {
    await this.ends.discard()
    this.ends.release()
  }

  async move(content: SingleContent, sizeBytes: number): Promise<SingleContent | undefined> {
    if (content.kind === 'empty') return content
    const readable = { content, sizeBytes, opener: this.#opener }
    const range = { start: 0, end: sizeBytes }
    const opened = await openContent(this.#service, readable, range, { signal: this.#signal })
    if (!opened) return undefined
    const body = bodyOf(opened, sizeBytes)
    const client = { signal: this.#signal }
    const stored = await whileOpen(body.bytes, () =>
      storeContent(this.#service, body, {}, VERIFIED_BY, client, this.#sealer, this.#placed),
    )
    this.#written.push(stored)
    // All parts of a large object may take longer than the sweep waits. Pinned as parts are, for other processes to know.
    if (stored.content.kind === 'blob') this.#service.pins.pin(stored.content.id, true)
    await this.#verify(stored, sizeBytes)
    return stored.content
  }

  /** Reads back what was written. */
  async #verify({ content, checksum }: StoredContent, sizeBytes: number): Promise<void> {
    if (content.kind !== 'blob') return
    const digest = createChecksum(VERIFIED_BY)
    const readable = { content, sizeBytes, opener: this.#opener }
    const range = { start: 0, end: sizeBytes }
    for await (const chunk of readContent(this.#service.stores, readable, range, this.#signal)) {
      digest.update(chunk)
    }
    if (digest.digest().equals(checksum.value)) return
    throw new StorageFault('corrupt', `blob ${content.id} is another than what was written into it`)
  }
}

const VERIFIED_BY = 'CRC64NVME'
