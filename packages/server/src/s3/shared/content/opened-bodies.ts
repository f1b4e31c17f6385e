import { BoundedCache } from '../../../base/bounded-cache.ts'
import type { EncryptionRow, ObjectRow } from '../../../metadata/tables/rows.ts'

/** In this process, whatever it serves. */
const MOST_BYTES = 8 * 1024 * 1024

/** The array of the bytes itself, and what finds its row. */
const OPENED_BYTES = 256

interface Opened {
  /** Weak: a row has tags, grants and metadata, which nobody counted, and once it is read anew nobody finds it here. */
  readonly row: WeakRef<ObjectRow>
  readonly bytes: Uint8Array
}

/**
 * The bytes of small objects that were read last, as they were opened and verified. They are found by the very row that
 * they were opened for: one that was read as it is now, or known by its stamp to be unchanged (`RowCache`). So whoever
 * asks for them has looked at the store, and been let in.
 */
export class OpenedBodies {
  readonly #bodies = new BoundedCache<Opened>(MOST_BYTES)

  find(row: ObjectRow): Uint8Array | undefined {
    const { content } = row
    const opened = content.kind === 'inline' ? this.#bodies.get(content.id) : undefined
    return opened?.row.deref() === row ? opened.bytes : undefined
  }

  /** `bytes` are left as they are from now on. Nothing is kept that takes the key of somebody else to open. */
  keep(row: ObjectRow, bytes: Uint8Array): void {
    const { content, encryption } = row
    if (content.kind === 'inline' && isOpenToStore(encryption)) {
      this.#bodies.set(content.id, { row: new WeakRef(row), bytes }, OPENED_BYTES + bytes.length)
    }
  }
}

/** Whether the store's own keys, which this process holds as long as it runs, are all there is to open. */
function isOpenToStore(encryption: EncryptionRow | undefined): boolean {
  return !encryption || encryption.kind === 'AES256'
}
