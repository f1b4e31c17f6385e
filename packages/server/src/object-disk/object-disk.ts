import { basename, dirname } from 'node:path'
import type { Disk, DiskFile } from '../base/disk.ts'
import { SourceError } from '../import/source-error.ts'
import { ObjectFile } from './object-file.ts'
import { ObjectStore, type ObjectStoreOptions } from './object-store.ts'
import { ObjectWriter } from './object-writer.ts'

/** What a file is called until it is whole. */
const TEMPORARY = /\.tmp$|\/tmp\/[^/]+$/

/**
 * A prefix of a bucket as a disk: a file is an object, folders are what their names have in common. Paths begin with `root`. A file is
 * there when it is closed; one with a temporary name when it gets its own, as objects have no others: until then it is in memory, and
 * where it is large, in parts of an upload.
 */
export class ObjectDisk implements Disk {
  readonly #store: ObjectStore
  readonly #root: string
  readonly #pending = new Map<string, ObjectWriter>()
  /** Uploads that a process before left behind, by their path, once they were listed. */
  readonly #left = new Map<string, string>()

  constructor(options: ObjectStoreOptions & { readonly root: string }) {
    this.#store = new ObjectStore(options)
    this.#root = options.root
  }

  async openForRead(path: string): Promise<DiskFile> {
    const key = this.#keyOf(path)
    return this.#found(path, () => ObjectFile.open(this.#store, key))
  }

  async create(path: string): Promise<DiskFile> {
    const writer = new ObjectWriter(this.#store, this.#keyOf(path))
    this.#pending.set(path, writer)
    return {
      read: async () => 0,
      append: (buffers) => writer.append(buffers),
      sync: async () => {},
      size: async () => writer.sizeBytes,
      close: async () => {
        if (!TEMPORARY.test(path)) await this.#take(path).putAt(this.#keyOf(path))
      },
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#take(from).putAt(this.#keyOf(to))
  }

  async link(from: string, to: string): Promise<void> {
    try {
      await this.#take(from).putAt(this.#keyOf(to), 'onlyIfNew')
    } catch (error) {
      if (error instanceof SourceError && error.status === 412) throw systemError('EEXIST', to)
      throw error
    }
  }

  async remove(path: string): Promise<void> {
    const writer = this.#pending.get(path)
    const upload = this.#left.get(path)
    this.#pending.delete(path)
    this.#left.delete(path)
    if (writer) await writer.abandon()
    else if (upload !== undefined) await this.#store.abort(this.#keyOf(path), upload)
    // What was linked has nothing under its temporary name.
    else if (!TEMPORARY.test(path) || basename(dirname(path)) === 'tmp')
      await this.#store.remove(this.#keyOf(path))
  }

  async list(path: string): Promise<string[]> {
    const folder = `${this.#keyOf(path)}/`
    const names = await this.#store.list(folder === '/' ? '' : folder)
    if (basename(path) !== 'tmp') return names
    const uploads = await this.#store.uploads(folder)
    return [...names, ...uploads.map(({ key, uploadId }) => this.#noteLeft(key, uploadId))]
  }

  // Folders are there with what is in them, and an answer means that it lasts.
  async makeDirectory(): Promise<void> {}
  async syncDirectory(): Promise<void> {}

  async realPath(path: string): Promise<string> {
    return path
  }

  openForAppend(path: string): Promise<DiskFile> {
    return Promise.reject(systemError('ENOTSUP', path))
  }

  modifiedAt(path: string): Promise<Date> {
    return Promise.reject(systemError('ENOTSUP', path))
  }

  async space(): Promise<{ readonly totalBytes: number; readonly freeBytes: number }> {
    return { totalBytes: Infinity, freeBytes: Infinity }
  }

  #noteLeft(key: string, uploadId: string): string {
    this.#left.set(`${this.#root}/${key}`, uploadId)
    return basename(key)
  }

  #take(path: string): ObjectWriter {
    const writer = this.#pending.get(path)
    if (!writer) throw systemError('ENOENT', path)
    this.#pending.delete(path)
    return writer
  }

  #keyOf(path: string): string {
    return path.slice(this.#root.length + 1)
  }

  async #found<T>(path: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look()
    } catch (error) {
      if (error instanceof SourceError && error.status === 404 && error.code !== 'NoSuchBucket')
        throw systemError('ENOENT', path)
      throw error
    }
  }
}

/** As the file system says it. */
function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path })
}
