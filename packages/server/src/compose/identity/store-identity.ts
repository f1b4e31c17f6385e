import type { Random } from '../../base/random.ts'
import { removeRange } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { blobBatches, type StoreIdentityRow, storeIdentity } from '../../metadata/tables/identity-tables.ts'
import { formatTable } from '../../metadata/tables/tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'

/** Which store the metadata are of, as their own row tells. */
export class StoreIdentity {
  readonly #metadata: OrderedStore
  readonly storeId: string

  private constructor(metadata: OrderedStore, storeId: string) {
    this.#metadata = metadata
    this.storeId = storeId
  }

  /** Whether the metadata were made just now: no store was ever in them. */
  static async isNew(metadata: OrderedStore): Promise<boolean> {
    const rows = await metadata.getMany([storeIdentity.key(), formatTable.key()])
    return rows.every((row) => row === undefined)
  }

  /** Gives the metadata an id where they have none; those of older versions get one too. */
  static async claim(metadata: OrderedStore, random: Random): Promise<StoreIdentity> {
    const { storeId } = await transact(metadata, async (transaction) => {
      const known = await transaction.get(storeIdentity)
      if (known) return known
      const row: StoreIdentityRow = { storeId: random.bytes(16).toString('hex'), generation: 0, marked: [] }
      transaction.put(storeIdentity, [], row)
      return row
    })
    return new StoreIdentity(metadata, storeId)
  }

  /** Of metadata that are not changed; `undefined` where they have no id yet. */
  static async of(metadata: OrderedStore): Promise<StoreIdentity | undefined> {
    const row = await readRow(metadata, storeIdentity)
    return row && new StoreIdentity(metadata, row.storeId)
  }

  async row(): Promise<StoreIdentityRow> {
    const row = await readRow(this.#metadata, storeIdentity)
    return row ?? { storeId: this.storeId, generation: 0, marked: [] }
  }

  /** Remembers that the folder of a place has its mark. */
  async expectMark(place: string): Promise<void> {
    await this.#change((row) =>
      row.marked.includes(place) ? row : { ...row, marked: [...row.marked, place].toSorted() },
    )
  }

  /** Makes the metadata count as new as blobs that are `reached`, though they do not know all of them. */
  async acceptOlder(reached: number): Promise<void> {
    await this.#change((row) => ({ ...row, generation: Math.max(row.generation, reached) }))
    await this.forgetBatches()
  }

  /** From now on no batch explains a blob: for metadata that may not be the newest of their store. */
  async forgetBatches(): Promise<void> {
    await removeRange(this.#metadata, blobBatches.range())
  }

  async #change(change: (row: StoreIdentityRow) => StoreIdentityRow): Promise<void> {
    await transact(this.#metadata, async (transaction) => {
      const row = await transaction.get(storeIdentity)
      const changed = row && change(row)
      if (changed && changed !== row) transaction.put(storeIdentity, [], changed)
    })
  }
}
