import type { Disk, DiskFile, DiskSpace } from './disk.ts'

/** Resolves when so many bytes may be written. */
export type Pace = (bytes: number) => Promise<void>

/** A disk into which no more is written than a pace allows, all files together. */
export class PacedDisk implements Disk {
  readonly #inner: Disk
  readonly #pace: Pace

  constructor(inner: Disk, pace: Pace) {
    this.#inner = inner
    this.#pace = pace
  }

  async create(path: string, mode?: number): Promise<DiskFile> {
    return new PacedFile(await this.#inner.create(path, mode), this.#pace)
  }

  async openForAppend(path: string): Promise<DiskFile> {
    return new PacedFile(await this.#inner.openForAppend(path), this.#pace)
  }

  openForRead(path: string): Promise<DiskFile> {
    return this.#inner.openForRead(path)
  }

  rename(from: string, to: string): Promise<void> {
    return this.#inner.rename(from, to)
  }

  link(from: string, to: string): Promise<void> {
    return this.#inner.link(from, to)
  }

  remove(path: string): Promise<void> {
    return this.#inner.remove(path)
  }

  makeDirectory(path: string, mode?: number): Promise<void> {
    return this.#inner.makeDirectory(path, mode)
  }

  list(path: string): Promise<string[]> {
    return this.#inner.list(path)
  }

  realPath(path: string): Promise<string> {
    return this.#inner.realPath(path)
  }

  modifiedAt(path: string): Promise<Date> {
    return this.#inner.modifiedAt(path)
  }

  syncDirectory(path: string): Promise<void> {
    return this.#inner.syncDirectory(path)
  }

  space(path: string): Promise<DiskSpace> {
    return this.#inner.space(path)
  }
}

class PacedFile implements DiskFile {
  readonly #inner: DiskFile
  readonly #pace: Pace

  constructor(inner: DiskFile, pace: Pace) {
    this.#inner = inner
    this.#pace = pace
  }

  async append(buffers: readonly Uint8Array[]): Promise<void> {
    await this.#pace(buffers.reduce((sum, { length }) => sum + length, 0))
    await this.#inner.append(buffers)
  }

  read(buffer: Uint8Array, position: number): Promise<number> {
    return this.#inner.read(buffer, position)
  }

  sync(): Promise<void> {
    return this.#inner.sync()
  }

  size(): Promise<number> {
    return this.#inner.size()
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
