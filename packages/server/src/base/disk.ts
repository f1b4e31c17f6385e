import * as fs from 'node:fs/promises'

/** An open file. All offsets and sizes are bytes. */
export interface DiskFile {
  /** Reads at most `buffer.length` bytes at `position`; returns how many (0 at the end). */
  read(buffer: Uint8Array, position: number): Promise<number>
  /** Appends all the buffers in order, in as few system calls as it can. */
  append(buffers: readonly Uint8Array[]): Promise<void>
  /** Makes the file's bytes durable. */
  sync(): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}

/** The file system as the engines see it; tests replace it to inject faults. Errors are Node's, with `code`. */
export interface Disk {
  /** Opens an existing file for reading. */
  openForRead(path: string): Promise<DiskFile>
  /** Creates a file that must not exist yet. */
  create(path: string, mode?: number): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  makeDirectory(path: string, mode?: number): Promise<void>
  /** Names in a directory, in no particular order. */
  list(path: string): Promise<string[]>
  /** Makes additions, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>
}

class SystemFile implements DiskFile {
  readonly #handle: fs.FileHandle

  constructor(handle: fs.FileHandle) {
    this.#handle = handle
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position)
    return bytesRead
  }

  async append(buffers: readonly Uint8Array[]): Promise<void> {
    let rest = buffers.filter((buffer) => buffer.length > 0)
    while (rest.length > 0) {
      let { bytesWritten } = await this.#handle.writev(rest)
      // A short write is legal (a nearly full disk); go on behind what was taken.
      while (rest[0] && bytesWritten >= rest[0].length) {
        bytesWritten -= rest[0].length
        rest = rest.slice(1)
      }
      if (rest[0] && bytesWritten > 0) rest = [rest[0].subarray(bytesWritten), ...rest.slice(1)]
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync()
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

export const systemDisk: Disk = {
  openForRead: async (path) => new SystemFile(await fs.open(path, 'r')),
  create: async (path, mode) => new SystemFile(await fs.open(path, 'wx', mode)),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.unlink(path),
  async makeDirectory(path, mode) {
    await fs.mkdir(path, { recursive: true, ...(mode !== undefined && { mode }) })
  },
  list: (path) => fs.readdir(path),
  async syncDirectory(path) {
    const handle = await fs.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}
