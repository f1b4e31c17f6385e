import type { GrowingBytes } from '../../../base/growing-bytes.ts'
import type { ListedObjectRow } from '../../../metadata/tables/rows.ts'
import { appendText } from '../../../metadata/tuple.ts'
import { PackedObject, type SharedMembers } from '../../../model/packed-object.ts'
import { quoted, wholeSeconds } from '../../shared/object/describe.ts'
import type { ListedEntry } from '../../shared/pages/walk-keys.ts'

/** A row that was read for a listing, and can tell its ETag as bytes. */
export interface PackedRow extends ListedObjectRow {
  appendEtag(target: GrowingBytes): void
}

/** How keys are shown. */
export interface ShownKeys {
  encode(text: string): string
  /** Whether these bytes of a key are shown as they are. */
  isPlain(bytes: Uint8Array, start: number, end: number): boolean
}

/** An object of a listing as its row has it. */
export class RowObject extends PackedObject {
  readonly #entry: ListedEntry<PackedRow>
  readonly #keys: ShownKeys

  constructor(entry: ListedEntry<PackedRow>, shared: SharedMembers, keys: ShownKeys) {
    super(shared)
    this.#entry = entry
    this.#keys = keys
  }

  override get Key(): string {
    return this.#keys.encode(this.#entry.key)
  }

  override get modifiedMilliseconds(): number {
    return wholeSeconds(this.#entry.row.modifiedMilliseconds)
  }

  override get ETag(): string {
    return quoted(this.#entry.row.etag)
  }

  override get Size(): number {
    return this.#entry.row.sizeBytes
  }

  override appendKey(target: GrowingBytes): boolean {
    const { entry, keyStart } = this.#entry
    const start = target.end
    appendText(entry.key, keyStart, target)
    if (this.#keys.isPlain(target.buffer, start, target.end)) return true
    target.end = start
    return false
  }

  override appendETagDigits(target: GrowingBytes): void {
    this.#entry.row.appendEtag(target)
  }
}
