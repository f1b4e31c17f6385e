import { basename } from 'node:path'
import type { MemoryDisk } from '../../packages/server/src/base/memory-disk.ts'
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

/** Damages the disk, while no process runs. */
export async function damageDisk(
  { platter }: SimulatedDisk,
  { kind, nth, offset }: Damage,
  note: (line: string) => void,
): Promise<void> {
  const blobs = blobFiles(platter)
  const path = blobs[nth % Math.max(1, blobs.length)]
  const stored = path === undefined ? undefined : platter.files(path).get(path)
  if (path === undefined || stored === undefined || stored.length === 0) return
  note(`DAMAGE ${kind} ${path}`)
  const bytes = Buffer.from(stored)
  const at = offset % bytes.length
  switch (kind) {
    case 'flipBlob':
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (offset % 8))
      return replaceFile(platter, path, bytes)
    case 'cutBlob':
      return replaceFile(platter, path, bytes.subarray(0, at))
    case 'zeroBlob':
      return replaceFile(platter, path, bytes.fill(0, at))
    case 'removeBlob':
      return platter.remove(path)
  }
}
