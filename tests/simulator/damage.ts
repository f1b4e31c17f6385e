import { basename } from 'node:path'
import type { MemoryDisk } from '../../packages/server/src/base/memory-disk.ts'
import {
  blobReferences,
  current,
  inlineBytes,
  partLists,
  parts,
  uploads,
  versionHeads,
  versions,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { inRange } from '../support/in-range.ts'
import { readRows, writeRows } from './simulated-metadata.ts'
import { replaceFile } from './replace-file.ts'
import type { Damage } from './plan.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { COLD, DATA } from './simulated-process.ts'

/** By what a folder of blobs is known, and how far it has come. */
const OF_FOLDER = /^(store\.json|reached-\d+)$/

/** Made and removed to try a disk; a crash in between leaves it, with nothing in it. */
const PROBE = /^probe-[0-9a-f]{16}$/

/** Every file of bytes: blobs, those being written, and what was set aside. */
export function blobFiles(platter: MemoryDisk): string[] {
  const files = [...platter.files(`${DATA}/blobs`), ...platter.files(COLD)]
  return files.flatMap(([path, { length }]) =>
    OF_FOLDER.test(basename(path)) || (length === 0 && PROBE.test(basename(path))) ? [] : [path],
  )
}

const METADATA = `${DATA}/metadata`

/** Whether only blobs were damaged: then all that is said of objects is as it was. */
export function isOfBlobs({ kind }: Damage): boolean {
  return kind.endsWith('Blob')
}

/** Damages the disk, while no process runs. */
export async function damageDisk(
  { platter }: SimulatedDisk,
  damage: Damage,
  note: (line: string) => void,
): Promise<void> {
  const lose = (paths: readonly string[]): void => {
    for (const path of paths) {
      note(`DAMAGE ${damage.kind} ${path}`)
      void platter.remove(path)
    }
  }
  switch (damage.kind) {
    case 'flipRow':
      return flipRow(platter, damage, note)
    case 'loseFile':
      return lose(nthOf([...platter.files(DATA).keys(), ...platter.files(COLD).keys()], damage.nth))
    case 'loseMetadata':
      return lose([...platter.files(METADATA).keys()])
    case 'loseRootKeys':
      return lose([...platter.files(`${DATA}/root-keys`).keys()])
    case 'removeBlob':
      return lose(nthOf(blobFiles(platter), damage.nth))
    case 'flipBlob':
    case 'cutBlob':
    case 'zeroBlob':
      return changeBlob(platter, damage, note)
  }
}

function nthOf<Item>(items: readonly Item[], nth: number): Item[] {
  const item = items[nth % Math.max(1, items.length)]
  return item === undefined ? [] : [item]
}

async function changeBlob(
  platter: MemoryDisk,
  { kind, nth, offset }: Damage,
  note: (line: string) => void,
): Promise<void> {
  const [path = ''] = nthOf(blobFiles(platter), nth)
  const bytes = Buffer.from(platter.files(path).get(path) ?? '')
  if (bytes.length === 0) return
  note(`DAMAGE ${kind} ${path}`)
  const at = offset % bytes.length
  if (kind === 'cutBlob') return replaceFile(platter, path, bytes.subarray(0, at))
  if (kind === 'zeroBlob') return replaceFile(platter, path, bytes.fill(0, at))
  return replaceFile(platter, path, flipped(bytes, offset))
}

const OF_OBJECTS = [current, versions, versionHeads, inlineBytes, partLists, blobReferences, parts, uploads]

/** Turns a bit over in the value of a row that tells of objects. */
async function flipRow(
  platter: MemoryDisk,
  { nth, offset }: Damage,
  note: (line: string) => void,
): Promise<void> {
  const rows = await readRows(platter, METADATA)
  const found = rows.flatMap((row) => {
    const table = OF_OBJECTS.find((candidate) => inRange(candidate.range(), row[0]))
    return table && row[1].length > 0 ? [{ table, row }] : []
  })
  const [damaged] = nthOf(found, nth)
  if (!damaged) return
  note(`DAMAGE flipRow: a row of ${damaged.table.name}`)
  damaged.row[1] = flipped(Buffer.from(damaged.row[1]), offset)
  await writeRows(platter, METADATA, rows)
}

function flipped(bytes: Buffer, offset: number): Buffer {
  const at = offset % bytes.length
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (offset % 8))
  return bytes
}
