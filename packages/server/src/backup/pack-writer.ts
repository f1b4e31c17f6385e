import type { BackupFolder } from './backup-folder.ts'
import type { FileWriter } from './file-writer.ts'

/** A pack that was written just now. */
export interface WrittenPack {
  readonly name: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** Then another pack is begun, so that one that is mostly out of use costs little to write anew. */
const MOST_PACK_BYTES = 64 * 1024 * 1024

/** Writes values into packs. */
export class PackWriter {
  readonly #folder: BackupFolder
  readonly packs: WrittenPack[] = []
  #file: FileWriter | undefined

  constructor(folder: BackupFolder) {
    this.#folder = folder
  }

  /** Where the value went: how many packs were written before its own, and where in that. */
  async add(value: Uint8Array): Promise<{ readonly index: number; readonly offset: number }> {
    this.#file ??= await this.#folder.newFile()
    const at = { index: this.packs.length, offset: this.#file.sizeBytes }
    await this.#file.add(value)
    if (this.#file.sizeBytes >= MOST_PACK_BYTES) await this.finish()
    return at
  }

  async finish(): Promise<void> {
    const file = this.#file
    if (!file) return
    const name = this.#folder.newPackName()
    const written = await file.finish(() => this.#folder.packPath(name))
    this.#file = undefined
    this.packs.push({ name, ...written })
  }

  async abandon(): Promise<void> {
    await this.#file?.abandon()
  }
}
