import { basename, dirname } from 'node:path'
import type { RecordedCall, Recording } from './recording.ts'

/** A change of a file's bytes or length that may not be on the disk yet. */
export interface FileChange {
  readonly position: number
  /** Absent: the file was cut, or made longer, to `position`. */
  readonly bytes: Buffer | undefined
  readonly end: number
  isDurable: boolean
}

/** A name in a folder that was given to something, or to nothing. */
export interface NameChange {
  readonly name: string
  readonly node: DiskNode | undefined
  readonly end: number
  isDurable: boolean
}

export interface FileNode {
  readonly kind: 'file'
  /** What is surely on the disk, but for the changes. */
  durable: Buffer
  /** In order. */
  readonly changes: FileChange[]
}

export interface FolderNode {
  readonly kind: 'folder'
  readonly durable: Map<string, DiskNode>
  readonly changes: NameChange[]
  /** As programs see it. */
  readonly names: Map<string, DiskNode>
}

export type DiskNode = FileNode | FolderNode

/** Whether a flush of a file or folder is left out, as if the program had not asked for it. */
export type LeftOut = (path: string, call: RecordedCall) => boolean

/**
 * The disk below a folder as it was at any moment of a recording, on the worst disk that POSIX allows: bytes are durable
 * after their file's flush and names after their folder's, of all that had returned before the flush began; all else may
 * be there or not, each by itself.
 */
export class RecordedDisk {
  readonly root = emptyFolder()
  readonly #rootPath: string
  readonly #byInode = new Map<bigint, { node: DiskNode; path: string }>()
  readonly #steps: (() => void)[]
  readonly #leftOut: LeftOut
  #at = 0

  constructor(recording: Recording, leftOut: LeftOut = () => false) {
    const { folder } = recording
    this.#rootPath = folder.path
    this.#leftOut = leftOut
    this.#byInode.set(folder.inode, { node: this.root, path: folder.path })
    this.#steps = Array.from({ length: recording.length }, () => () => {})
    for (const call of recording.calls) {
      if (call.result < 0) continue
      this.#steps[call.begin] = () => this.#begin(call)
      if (call.end !== call.begin && call.end !== Infinity) this.#steps[call.end] = () => this.#end(call)
    }
  }

  /** Lets all happen that comes before a record. Never goes back. */
  advance(to: number): void {
    for (; this.#at < to; this.#at++) this.#steps[this.#at]?.()
  }

  #begin(call: RecordedCall): void {
    // Nobody has seen a name whose process died before it knew.
    if (call.end === Infinity && call.kind !== 'write') return
    switch (call.kind) {
      case 'create':
        return this.#create(call)
      case 'write':
        return this.#write(call)
      case 'cut':
        return void this.#file(call).changes.push(changeOf(call, call.position))
      case 'make':
        return this.#name(call, call.path, this.#made(call, emptyFolder()))
      case 'remove':
        return this.#name(call, call.path, undefined)
      case 'rename':
      case 'link': {
        const node = this.#find(call.path)
        if (call.kind === 'rename') this.#name(call, call.path, undefined)
        return this.#name(call, call.other, node)
      }
      case 'map':
        if (basename(call.path) === 'lock.mdb') return undefined
        throw new Error(`${call.path} is written through a map, which nobody can record`)
      case 'other':
        throw new Error(`${call.path} goes to ${call.other}, into or out of the folder`)
      case 'sync':
      case 'mark':
        return undefined
    }
  }

  #create(call: RecordedCall): void {
    const known = this.#find(call.path)
    if (!known) this.#name(call, call.path, this.#made(call, { kind: 'file', durable: EMPTY, changes: [] }))
    else if (call.isTruncating) this.#file(call).changes.push(changeOf(call, 0))
  }

  #write(call: RecordedCall): void {
    if (call.position < 0) return
    const bytes = call.end === Infinity ? call.bytes : call.bytes.subarray(0, call.result)
    this.#file(call).changes.push(changeOf(call, call.position, bytes))
  }

  #end(call: RecordedCall): void {
    const known = this.#byInode.get(call.inode)
    const isFlush = call.kind === 'sync' || (call.kind === 'write' && call.isAtOnce)
    if (!isFlush || !known || this.#leftOut(known.path, call)) return
    const { node } = known
    for (const change of node.changes) {
      const isFlushed = call.kind === 'sync' ? change.end < call.begin : change.end === call.end
      if (isFlushed) change.isDurable = true
    }
    if (node.kind === 'file') foldFile(node)
    else foldFolder(node)
  }

  #made<Node extends DiskNode>(call: RecordedCall, node: Node): Node {
    this.#byInode.set(call.inode, { node, path: call.path })
    return node
  }

  #file(call: RecordedCall): FileNode {
    const node = this.#byInode.get(call.inode)?.node
    if (node?.kind !== 'file') throw new Error(`record ${call.begin} is of a file that nobody made`)
    return node
  }

  #name({ end }: RecordedCall, path: string, node: DiskNode | undefined): void {
    const folder = this.#find(dirname(path))
    if (folder?.kind !== 'folder') throw new Error(`${path} is in a folder that nobody made`)
    const name = basename(path)
    folder.changes.push({ name, node, end, isDurable: false })
    if (node) folder.names.set(name, node)
    else folder.names.delete(name)
  }

  #find(path: string): DiskNode | undefined {
    let node: DiskNode | undefined = this.root
    for (const name of path.slice(this.#rootPath.length).split('/')) {
      if (name !== '') node = node?.kind === 'folder' ? node.names.get(name) : undefined
    }
    return node
  }
}

const EMPTY = Buffer.alloc(0)

function emptyFolder(): FolderNode {
  return { kind: 'folder', durable: new Map(), changes: [], names: new Map() }
}

function changeOf({ end }: RecordedCall, position: number, bytes?: Buffer): FileChange {
  return { position, bytes, end, isDurable: false }
}

/** Memory of its own for a file that changes are to be applied to. */
export function copyOfFile({ durable }: FileNode): Buffer {
  const copy = grown(EMPTY, durable.length)
  durable.copy(copy)
  return copy
}

/** The bytes after a change: the same memory, where it is large enough. */
export function applyChange(file: Buffer, { position, bytes }: FileChange): Buffer {
  if (!bytes && position <= file.length) {
    file.fill(0, position)
    return file.subarray(0, position)
  }
  const whole = grown(file, position + (bytes?.length ?? 0))
  bytes?.copy(whole, position)
  return whole
}

/** With room behind it, for what may still come; zeros are there. */
function grown(file: Buffer, lengthBytes: number): Buffer {
  if (lengthBytes <= file.length) return file
  if (lengthBytes <= file.buffer.byteLength) return Buffer.from(file.buffer, 0, lengthBytes)
  const larger = Buffer.alloc(Math.ceil(lengthBytes * 1.5))
  file.copy(larger)
  return larger.subarray(0, lengthBytes)
}

function foldFile(file: FileNode): void {
  let count = 0
  for (const change of file.changes) {
    if (!change.isDurable) break
    file.durable = applyChange(file.durable, change)
    count++
  }
  file.changes.splice(0, count)
}

function foldFolder(folder: FolderNode): void {
  const pending = folder.changes.splice(0)
  for (const change of pending) {
    const isFirst = !folder.changes.some(({ name }) => name === change.name)
    if (!change.isDurable || !isFirst) folder.changes.push(change)
    else if (change.node) folder.durable.set(change.name, change.node)
    else folder.durable.delete(change.name)
  }
}
