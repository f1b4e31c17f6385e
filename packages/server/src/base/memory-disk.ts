import { type Clock, systemClock } from './clock.ts'
import type { Disk, DiskFile, DiskSpace } from './disk.ts'
import type { Random } from './random.ts'

/** A file: its bytes as a program sees them, and as they were when they last became durable. */
interface FileNode {
  bytes: Buffer
  durable: Buffer
  /** Begins with `bytes`; behind them is room for more, so that many small appends cost no more than a large one. */
  memory: Buffer
  modifiedAt: Date
}

/** A directory: its entries as a program sees them, and as they were when they last became durable. */
interface DirectoryNode {
  entries: Map<string, Node>
  durable: Map<string, Node>
}

type Node = FileNode | DirectoryNode

/**
 * A disk in memory, for tests, that can lose its power. Bytes are durable only after the file's `sync`, and names only
 * after their directory's `syncDirectory`, each apart from the other, as on the worst disk POSIX allows.
 */
export class MemoryDisk implements Disk {
  readonly #clock: Clock
  readonly #root: DirectoryNode = { entries: new Map(), durable: new Map() }
  #boot = 0

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /**
   * Power off and on. Of every name and byte that was not durable, `random` decides whether it is kept: an entry is
   * as it was or as it is, a file ends anywhere between, and its unsynced bytes may have become zeros. Open files die.
   */
  crash(random: Random): void {
    this.#boot++
    crashDirectory(this.#root, random, new Set())
  }

  /** The bytes of every file below a folder, by path; of none where there is no such folder. */
  files(folder: string): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    const visit = (path: string, node: Node | undefined): void => {
      if (!node) return
      if (!isDirectory(node)) return void found.set(path, node.bytes)
      for (const name of [...node.entries.keys()].sort()) visit(`${path}/${name}`, node.entries.get(name))
    }
    visit(folder === '/' ? '' : folder, this.#find(folder))
    return found
  }

  async openForRead(path: string): Promise<DiskFile> {
    const node = this.#find(path)
    if (!node) throw diskError('ENOENT', path)
    if (isDirectory(node)) throw diskError('EISDIR', path)
    return this.#open(node, path)
  }

  async create(path: string): Promise<DiskFile> {
    const { directory, name } = this.#parent(path)
    if (directory.entries.has(name)) throw diskError('EEXIST', path)
    const bytes = Buffer.alloc(0)
    const node = { bytes, durable: bytes, memory: bytes, modifiedAt: this.#clock.now() }
    directory.entries.set(name, node)
    return this.#open(node, path)
  }

  async openForAppend(path: string): Promise<DiskFile> {
    return this.openForRead(path)
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#parent(from)
    const target = this.#parent(to)
    const node = source.directory.entries.get(source.name)
    if (!node) throw diskError('ENOENT', from)
    source.directory.entries.delete(source.name)
    target.directory.entries.set(target.name, node)
  }

  async link(from: string, to: string): Promise<void> {
    const node = this.#find(from)
    const target = this.#parent(to)
    if (!node) throw diskError('ENOENT', from)
    if (target.directory.entries.has(target.name)) throw diskError('EEXIST', to)
    target.directory.entries.set(target.name, node)
  }

  async remove(path: string): Promise<void> {
    const { directory, name } = this.#parent(path)
    if (!directory.entries.delete(name)) throw diskError('ENOENT', path)
  }

  async makeDirectory(path: string): Promise<void> {
    let directory = this.#root
    for (const name of names(path)) {
      const node = directory.entries.get(name) ?? { entries: new Map(), durable: new Map() }
      if (!isDirectory(node)) throw diskError('EEXIST', path)
      directory.entries.set(name, node)
      directory = node
    }
  }

  async list(path: string): Promise<string[]> {
    return [...this.#directory(path).entries.keys()]
  }

  async realPath(path: string): Promise<string> {
    if (!this.#find(path)) throw diskError('ENOENT', path)
    return `/${names(path).join('/')}`
  }

  async modifiedAt(path: string): Promise<Date> {
    const node = this.#find(path)
    if (!node || isDirectory(node)) throw diskError('ENOENT', path)
    return node.modifiedAt
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.#directory(path)
    directory.durable = new Map(directory.entries)
  }

  /** As much as anybody needs. */
  async space(path: string): Promise<DiskSpace> {
    this.#directory(path)
    return { totalBytes: 2 ** 40, freeBytes: 2 ** 40 }
  }

  #open(node: FileNode, path: string): DiskFile {
    const boot = this.#boot
    let closed = false
    const alive = async (): Promise<void> => {
      if (closed || boot !== this.#boot) throw diskError('EBADF', path)
    }
    return {
      read: async (buffer, position) => {
        await alive()
        return position < node.bytes.length ? node.bytes.copy(buffer, 0, position) : 0
      },
      append: async (buffers) => {
        await alive()
        append(node, buffers)
        node.modifiedAt = this.#clock.now()
      },
      sync: async () => {
        await alive()
        node.durable = node.bytes
      },
      size: async () => {
        await alive()
        return node.bytes.length
      },
      close: async () => {
        await alive()
        closed = true
      },
    }
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const name of names(path)) node = node && isDirectory(node) ? node.entries.get(name) : undefined
    return node
  }

  #directory(path: string): DirectoryNode {
    const node = this.#find(path)
    if (!node) throw diskError('ENOENT', path)
    if (!isDirectory(node)) throw diskError('ENOTDIR', path)
    return node
  }

  #parent(path: string): { directory: DirectoryNode; name: string } {
    const parts = names(path)
    const name = parts.pop() ?? ''
    return { directory: this.#directory(parts.join('/')), name }
  }
}

/** An error as Node's own for a system call. */
export function diskError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: injected or imitated, '${path}'`), { code, path })
}

/** What others hold of the bytes from before stays as it is. */
function append(file: FileNode, buffers: readonly Uint8Array[]): void {
  let { length } = file.bytes
  const lengthAfter = buffers.reduce((sum, buffer) => sum + buffer.length, length)
  if (lengthAfter > file.memory.length) {
    file.memory = Buffer.allocUnsafeSlow(2 * lengthAfter)
    file.bytes.copy(file.memory)
  }
  for (const buffer of buffers) {
    file.memory.set(buffer, length)
    length += buffer.length
  }
  file.bytes = file.memory.subarray(0, length)
}

function isDirectory(node: Node): node is DirectoryNode {
  return 'entries' in node
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

function chance(random: Random): boolean {
  return (random.bytes(1)[0] ?? 0) < 128
}

function crashDirectory(directory: DirectoryNode, random: Random, seen: Set<Node>): void {
  const survived = new Map<string, Node>()
  for (const name of new Set([...directory.durable.keys(), ...directory.entries.keys()])) {
    const node = (chance(random) ? directory.durable : directory.entries).get(name)
    if (node) survived.set(name, node)
  }
  directory.entries = survived
  directory.durable = new Map(survived)
  for (const node of survived.values()) {
    // A file that was being renamed may have kept both names.
    if (seen.has(node)) continue
    seen.add(node)
    if (isDirectory(node)) crashDirectory(node, random, seen)
    else crashFile(node, random)
  }
}

function crashFile(file: FileNode, random: Random): void {
  const unsynced = file.bytes.subarray(file.durable.length)
  const kept = Buffer.from(unsynced.subarray(0, random.bytes(4).readUInt32LE() % (unsynced.length + 1)))
  if (chance(random)) kept.fill(0)
  file.bytes = Buffer.concat([file.durable, kept])
  file.durable = file.bytes
  file.memory = file.bytes
}
