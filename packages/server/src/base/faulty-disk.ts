import type { Disk, DiskFile, DiskSpace } from './disk.ts'
import { diskError } from './memory-disk.ts'

export type DiskOperation = Exclude<keyof Disk, symbol> | Exclude<keyof DiskFile, symbol>

/** One kind of failure. It strikes every call that matches, or only the `nth` of them, counted from 1. */
export interface DiskFault {
  readonly operation: DiskOperation
  /** Only paths that match; for a rename or a link the new name, for an open file the name it was opened by. */
  readonly path?: RegExp
  readonly nth?: number
  /** For example `EIO`. */
  readonly code: string
}

/** A disk for tests: hands everything on to another, and fails where it is told to. */
export class FaultyDisk implements Disk {
  readonly #disk: Disk
  readonly #faults = new Map<DiskFault, number>()
  /** Every call so far, the failed ones too. */
  readonly calls: { readonly operation: DiskOperation; readonly path: string }[] = []
  /** Paths of files opened and not closed yet. */
  readonly #openPaths: string[] = []
  /** How many more bytes may be appended before the disk is full; the append that goes beyond writes what fits. */
  spaceBytes = Infinity
  /** What the disk says is free, at the most. */
  freeBytes = Infinity
  /** At most this many bytes a read. */
  readBytes = Infinity
  /** From this call on, counted from 0 as in `calls`, every call fails: the power is gone. */
  diesAtCall = Infinity
  /** Awaited before every call is carried out, so that a test can hold one up. */
  before: ((operation: DiskOperation, path: string) => Promise<void> | undefined) | undefined

  constructor(disk: Disk) {
    this.#disk = disk
  }

  /** Injects a fault until the function returned is called. */
  inject(fault: DiskFault): () => void {
    this.#faults.set(fault, 0)
    return () => this.#faults.delete(fault)
  }

  openForRead(path: string): Promise<DiskFile> {
    return this.#open('openForRead', path, () => this.#disk.openForRead(path))
  }

  create(path: string, mode?: number): Promise<DiskFile> {
    return this.#open('create', path, () => this.#disk.create(path, mode))
  }

  openForAppend(path: string): Promise<DiskFile> {
    return this.#open('openForAppend', path, () => this.#disk.openForAppend(path))
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call('rename', to)
    await this.#disk.rename(from, to)
  }

  async link(from: string, to: string): Promise<void> {
    await this.#call('link', to)
    await this.#disk.link(from, to)
  }

  async remove(path: string): Promise<void> {
    await this.#call('remove', path)
    await this.#disk.remove(path)
  }

  async makeDirectory(path: string, mode?: number): Promise<void> {
    await this.#call('makeDirectory', path)
    await this.#disk.makeDirectory(path, mode)
  }

  async list(path: string): Promise<string[]> {
    await this.#call('list', path)
    return this.#disk.list(path)
  }

  async realPath(path: string): Promise<string> {
    await this.#call('realPath', path)
    return this.#disk.realPath(path)
  }

  async modifiedAt(path: string): Promise<Date> {
    await this.#call('modifiedAt', path)
    return this.#disk.modifiedAt(path)
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#call('syncDirectory', path)
    await this.#disk.syncDirectory(path)
  }

  async space(path: string): Promise<DiskSpace> {
    await this.#call('space', path)
    const { totalBytes, freeBytes } = await this.#disk.space(path)
    return { totalBytes, freeBytes: Math.min(freeBytes, this.freeBytes) }
  }

  async #call(operation: DiskOperation, path: string): Promise<void> {
    const index = this.calls.push({ operation, path }) - 1
    await this.before?.(operation, path)
    if (index >= this.diesAtCall) throw diskError('EIO', path)
    for (const [fault, struck] of this.#faults) {
      if (fault.operation !== operation || fault.path?.test(path) === false) continue
      this.#faults.set(fault, struck + 1)
      if (fault.nth === undefined || fault.nth === struck + 1) throw diskError(fault.code, path)
    }
  }

  get openFiles(): number {
    return this.#openPaths.length
  }

  /** The look at LMDB's pages keeps its file open. */
  get openFilesBesideLmdb(): number {
    return this.#openPaths.filter((path) => !path.endsWith('data.mdb')).length
  }

  async #open(operation: DiskOperation, path: string, open: () => Promise<DiskFile>): Promise<DiskFile> {
    await this.#call(operation, path)
    const file = await open()
    this.#openPaths.push(path)
    return {
      read: async (buffer, position) => {
        await this.#call('read', path)
        return file.read(buffer.subarray(0, this.readBytes), position)
      },
      append: async (buffers) => {
        await this.#call('append', path)
        await this.#append(file, buffers, path)
      },
      ...(file.bypassCache && {
        bypassCache: async () => {
          await this.#call('bypassCache', path)
          return file.bypassCache?.() ?? false
        },
      }),
      sync: async () => {
        await this.#call('sync', path)
        await file.sync()
      },
      size: async () => {
        await this.#call('size', path)
        return file.size()
      },
      close: async () => {
        // As in the kernel, the file is closed even where closing reports an error.
        this.#openPaths.splice(this.#openPaths.indexOf(path), 1)
        await file.close()
        await this.#call('close', path)
      },
    }
  }

  async #append(file: DiskFile, buffers: readonly Uint8Array[], path: string): Promise<void> {
    if (this.spaceBytes === Infinity) {
      await file.append(buffers)
      return
    }
    const bytes = Buffer.concat(buffers)
    const fitting = bytes.subarray(0, this.spaceBytes)
    this.spaceBytes -= fitting.length
    await file.append([fitting])
    if (fitting.length < bytes.length) throw diskError('ENOSPC', path)
  }
}
