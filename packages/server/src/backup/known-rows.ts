import type { KeyPlace } from '../metadata/ordered-store.ts'
import type { BackupFolder } from './backup-folder.ts'
import { IndexScanner } from './index-scanner.ts'
import { indexesOf, type NamedRows, type NumberedIndex } from './moment.ts'
import { GONE, type IndexedRow, readBlocks } from './row-index.ts'

const NONE: readonly IndexedRow[] = []

/** The rows of a moment, held against others in the same order. Keys have to be asked for in their order. */
export class KnownRows {
  /** Newest first. */
  readonly #layers: readonly IndexScanner[]
  #passed: IndexedRow[] = []
  /** Of each layer, whether it stands at the key that was passed to last. */
  readonly #isAtKey: boolean[] = []

  constructor(folder: BackupFolder, moment: NamedRows) {
    this.#layers = indexesOf(moment).map((numbered) => new IndexScanner(blocksOf(folder, numbered)))
  }

  /**
   * Passes all before a key. Returns what has to be loaded before it can go on: load that, and call it again; most often there
   * is nothing to wait for.
   */
  pass(key: KeyPlace): IndexScanner | undefined {
    for (const [place, layer] of this.#layers.entries()) {
      let order = 1
      while (layer.hasRow && (order = layer.compare(key)) < 0) {
        this.#passed.push(layer.row())
        layer.step()
      }
      if (!layer.hasRow && !layer.isEnded) return layer
      this.#isAtKey[place] = layer.hasRow && order === 0
    }
    return undefined
  }

  /** What the moment has of the key that was passed to last, which is behind it then: `same` where it has that stamp. */
  take(stamp: number): IndexedRow | 'same' | undefined {
    let found: IndexedRow | 'same' | undefined
    for (const [place, layer] of this.#layers.entries()) {
      if (!this.#isAtKey[place]) continue
      found ??= layer.stamp === stamp && layer.pack !== GONE ? 'same' : layer.row()
      layer.step()
      this.#isAtKey[place] = false
    }
    return found === 'same' || found?.pack !== GONE ? found : undefined
  }

  /** The rows that were passed since this was asked for, without those that are gone. */
  takePassed(): readonly IndexedRow[] {
    return this.#passed.length === 0 ? NONE : this.#passedRows()
  }

  /** Passes all before a key. Returns how many. */
  skipTo(key: Buffer): number | Promise<number> {
    let count = 0
    for (const layer of this.#layers) {
      count += layer.skipTo(key)
      if (!layer.hasRow && !layer.isEnded) return this.#skipOnward(key, layer, count)
    }
    return count
  }

  async #skipOnward(key: Buffer, layer: IndexScanner, count: number): Promise<number> {
    await layer.load()
    return count + (await this.skipTo(key))
  }

  /** All that were not passed. */
  async rest(): Promise<readonly IndexedRow[]> {
    for (const layer of this.#layers) {
      while (!layer.isEnded) {
        if (!layer.hasRow) await layer.load()
        else {
          this.#passed.push(layer.row())
          layer.step()
        }
      }
    }
    return this.takePassed()
  }

  async end(): Promise<void> {
    for (const layer of this.#layers) await layer.end()
  }

  #passedRows(): readonly IndexedRow[] {
    const newest = new Map<string, IndexedRow>()
    for (const row of this.#passed) {
      const name = row.key.toString('latin1')
      if (!newest.has(name)) newest.set(name, row)
    }
    this.#passed = []
    const rows = [...newest.values()].filter(({ pack }) => pack !== GONE)
    return rows.toSorted((one, other) => one.key.compare(other.key))
  }
}

async function* blocksOf(folder: BackupFolder, { number, index }: NumberedIndex): AsyncGenerator<Buffer> {
  const file = await folder.disk.openForRead(folder.indexPath(number))
  try {
    yield* readBlocks(file, index)
  } finally {
    await file.close()
  }
}
