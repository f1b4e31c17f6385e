import { readSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { DirectAppends } from './direct-appends.ts'
import { errorCode } from './storage-fault.ts'
import { writeAll } from './write-all.ts'

/** An open file. All offsets and sizes are bytes. */
export interface DiskFile {
  /** Reads at most `buffer.length` bytes at `position`; returns how many (0 at the end). */
  read(buffer: Uint8Array, position: number): Promise<number>
  /**
   * The same at once, which holds up this thread: for one that does nothing else, and reads thousands of small pieces. Each costs a
   * thirtieth so, as no other thread has to be woken for it.
   */
  readNow?(buffer: Uint8Array, position: number): number
  /** Appends all the buffers in order, in as few system calls as it can. On an error some of them may be written. */
  append(buffers: readonly Uint8Array[]): Promise<void>
  /**
   * What is appended from now on, to a file that is empty still, goes past the system's cache: for much of it that takes less CPU, and
   * what others read stays in the cache. False where that cannot be done. Some of it may be in the file only after the next `sync`.
   */
  bypassCache?(): Promise<boolean>
  /** Makes the file's bytes durable. An error is reported once and means that bytes may be lost for good. */
  sync(): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}

/** Of the file system that holds a path, in bytes. */
export interface DiskSpace {
  readonly totalBytes: number
  /** What this user may still fill. */
  readonly freeBytes: number
}

/** The file system as the engines see it; tests replace it to inject faults. Errors are Node's, with `code`. */
export interface Disk {
  /** Opens an existing file for reading. */
  openForRead(path: string): Promise<DiskFile>
  /** Creates a file that must not exist yet. */
  create(path: string, mode?: number): Promise<DiskFile>
  /** Opens an existing file to append: behind its end at that moment, whoever else writes into it. */
  openForAppend(path: string): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  /** Gives a file a second name, which must be free (`EEXIST` otherwise): a rename that replaces nothing. */
  link(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes a directory and those above it; one that exists already is no error. */
  makeDirectory(path: string, mode?: number): Promise<void>
  /** Names in a directory, in no particular order. */
  list(path: string): Promise<string[]>
  /** The one path of a file or folder: absolute, and through no symbolic link. */
  realPath(path: string): Promise<string>
  /** When the file's bytes last changed. */
  modifiedAt(path: string): Promise<Date>
  /** Makes additions, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>
  space(path: string): Promise<DiskSpace>
}

// FileHandle is as fast as the callback functions from 256 KiB a call on, and within 10 % of them below.
class SystemFile implements DiskFile {
  readonly #handle: fs.FileHandle
  readonly #path: string
  #direct: DirectAppends | undefined

  constructor(handle: fs.FileHandle, path: string) {
    this.#handle = handle
    this.#path = path
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position)
    return bytesRead
  }

  readNow(buffer: Uint8Array, position: number): number {
    return readSync(this.#handle.fd, buffer, 0, buffer.length, position)
  }

  append(buffers: readonly Uint8Array[]): Promise<void> {
    if (this.#direct) return this.#direct.append(buffers)
    return writeAll(async (rest) => (await this.#handle.writev(rest)).bytesWritten, buffers)
  }

  async bypassCache(): Promise<boolean> {
    if (DIRECT === undefined) return false
    this.#direct ??= await DirectAppends.begin(this.#handle, () => fs.open(this.#path, DIRECT))
    return this.#direct !== undefined
  }

  async sync(): Promise<void> {
    await this.#direct?.flush()
    await this.#handle.datasync()
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  async close(): Promise<void> {
    // Each of its writes has told its own errors.
    await this.#direct?.end().catch(() => undefined)
    await this.#handle.close()
  }
}

/** Absent where the system has no such thing. */
const DIRECT = fs.constants.O_DIRECT === undefined ? undefined : fs.constants.O_WRONLY | fs.constants.O_DIRECT

/** Without O_CREAT: what is to be appended to is there. */
const APPEND = fs.constants.O_WRONLY | fs.constants.O_APPEND

// Node's own recursive mkdir tries for ever where the system knows the folder above and denies it, as under /proc.
async function makeDirectory(path: string, mode?: number): Promise<void> {
  const error = await failureToMake(path, mode)
  if (error === undefined) return
  const above = dirname(path)
  if (errorCode(error) !== 'ENOENT' || above === path) throw error
  await makeDirectory(above, mode)
  const again = await failureToMake(path, mode)
  if (again !== undefined) throw again
}

/** `undefined` where the folder is there now, whoever made it. */
async function failureToMake(path: string, mode: number | undefined): Promise<unknown> {
  try {
    await fs.mkdir(path, mode)
    return undefined
  } catch (error) {
    const found = await fs.stat(path).catch(() => undefined)
    return found?.isDirectory() === true ? undefined : error
  }
}

export const systemDisk: Disk = {
  openForRead: async (path) => new SystemFile(await fs.open(path, 'r'), path),
  create: async (path, mode) => new SystemFile(await fs.open(path, 'wx', mode), path),
  openForAppend: async (path) => new SystemFile(await fs.open(path, APPEND), path),
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  remove: (path) => fs.unlink(path),
  makeDirectory,
  list: (path) => fs.readdir(path),
  realPath: (path) => fs.realpath(path),
  modifiedAt: async (path) => (await fs.stat(path)).mtime,
  async syncDirectory(path) {
    const handle = await fs.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  async space(path) {
    const { bavail, blocks, bsize } = await fs.statfs(path)
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
  },
}
