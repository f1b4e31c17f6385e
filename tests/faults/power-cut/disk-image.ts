import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dice } from '../../simulator/dice.ts'
import {
  applyChange,
  copyOfFile,
  type DiskNode,
  type FileChange,
  type FileNode,
  type FolderNode,
} from './recorded-disk.ts'

/** What becomes of that which was not flushed: all of it, none, or any part, sector by sector and name by name. */
export type Fate = 'dropped' | 'kept' | 'any'

export interface ImageOptions {
  readonly names: Fate
  readonly bytes: Fate
  readonly sectorBytes: number
  readonly dice: Dice
}

/** One of the many ways in which a disk may be found after the power was gone. */
export function anyImage(dice: Dice): ImageOptions {
  const fate = (): Fate => dice.weighted({ dropped: 2, kept: 2, any: 5 })
  return { names: fate(), bytes: fate(), sectorBytes: dice.pick([512, 4096]), dice }
}

/** Nothing is left but what was flushed. */
export function worstImage(dice: Dice): ImageOptions {
  return { names: 'dropped', bytes: 'dropped', sectorBytes: 512, dice }
}

export function describeImage({ names, bytes, sectorBytes }: ImageOptions): string {
  return `names ${names}, bytes ${bytes}${bytes === 'any' ? `, sectors of ${sectorBytes}` : ''}`
}

/** Writes what a disk holds after the power was gone into an empty folder. */
export async function writeImage(folder: FolderNode, path: string, options: ImageOptions): Promise<void> {
  for (const [name, node] of survivingNames(folder, options)) {
    const to = join(path, name)
    if (node.kind === 'file') await writeSparse(to, survivingBytes(node, options))
    else {
      await mkdir(to)
      await writeImage(node, to, options)
    }
  }
  const names = [...folder.names.keys()]
  if (names.includes('data.mdb')) await adoptDataFile(path)
}

function survivingNames(folder: FolderNode, { names, dice }: ImageOptions): Map<string, DiskNode> {
  const found = new Map(folder.durable)
  for (const name of new Set(folder.changes.map((change) => change.name))) {
    const changes = folder.changes.filter((change) => change.name === name)
    const least = changes.findLastIndex(({ isDurable }) => isDurable) + 1
    const count =
      names === 'any' ? dice.between(least, changes.length) : names === 'kept' ? changes.length : least
    if (count === 0) continue
    const node = changes[count - 1]?.node
    if (node) found.set(name, node)
    else found.delete(name)
  }
  return found
}

function survivingBytes(file: FileNode, options: ImageOptions): Buffer {
  const { changes } = file
  let bytes = copyOfFile(file)
  for (const change of changes) {
    if (change.isDurable || options.bytes === 'kept') bytes = applyChange(bytes, change)
    else if (options.bytes === 'any') bytes = applyTorn(bytes, change, options)
  }
  // The file may have become as long as it should be, with nothing of what was written.
  const most = Math.max(0, ...changes.map((change) => change.position + (change.bytes?.length ?? 0)))
  const isLonger = options.bytes === 'any' && most > bytes.length && options.dice.chance(0.3)
  return isLonger ? applyChange(bytes, { position: most, bytes: undefined, end: 0, isDurable: false }) : bytes
}

function applyTorn(file: Buffer, change: FileChange, { dice, sectorBytes }: ImageOptions): Buffer {
  const kept = dice.pick([0, 0.5, 0.9, 1])
  const { position, bytes } = change
  if (!bytes) return dice.chance(kept) ? applyChange(file, change) : file
  let torn = file
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(bytes.length, start + sectorBytes - ((position + start) % sectorBytes))
    if (dice.chance(kept))
      torn = applyChange(torn, { ...change, position: position + start, bytes: bytes.subarray(start, end) })
    start = end
  }
  return torn
}

/** Every file as programs see it, by its path below the folder; `undefined` where nobody knows what a process that died did to it. */
export function visibleFiles(folder: FolderNode, below = ''): Map<string, Buffer | undefined> {
  const found = new Map<string, Buffer | undefined>()
  for (const [name, node] of folder.names) {
    const path = join(below, name)
    if (node.kind === 'folder') for (const [file, bytes] of visibleFiles(node, path)) found.set(file, bytes)
    else found.set(path, node.changes.some(({ end }) => end === Infinity) ? undefined : visibleBytes(node))
  }
  return found
}

function visibleBytes(file: FileNode): Buffer {
  return file.changes.reduce((bytes, change) => applyChange(bytes, change), copyOfFile(file))
}

const BLOCK_BYTES = 64 * 1024
const ZEROS = Buffer.alloc(BLOCK_BYTES)

async function writeSparse(path: string, bytes: Buffer): Promise<void> {
  await using file = await open(path, 'wx', 0o600)
  await file.truncate(bytes.length)
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const block = bytes.subarray(start, start + BLOCK_BYTES)
    if (!block.equals(ZEROS.subarray(0, block.length))) await file.write(block, 0, block.length, start)
  }
}

/** After a power cut the metadata are the same file as before, and so they are remembered (docs/format.md). */
async function adoptDataFile(path: string): Promise<void> {
  const record = await readFile(join(path, 'file.json'), 'utf8').catch(() => '')
  try {
    const { id } = JSON.parse(record) as { readonly id: string }
    const { ino } = await stat(join(path, 'data.mdb'), { bigint: true })
    await writeFile(join(path, 'file.json'), JSON.stringify({ id, inode: String(ino) }))
  } catch {
    // Not there, or torn.
  }
}
