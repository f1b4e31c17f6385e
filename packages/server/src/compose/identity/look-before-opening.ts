import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { valueWithin } from '../../base/ends-within.ts'
import { systemDisk } from '../../base/disk.ts'
import type { Log } from '../../base/log.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { readFileIfThere } from '../../base/whole-file.ts'
import type { DamagedPage, DamagedPages } from '../../metadata/damaged-pages.ts'
import { checkLmdbHeader } from '../../metadata/engines/lmdb-header.ts'
import { lookAtLmdbPages, type LookFindings } from '../../metadata/engines/lmdb-pages.ts'
import { rowFault } from '../../metadata/row-fault.ts'
import { damagedMetadata } from './store-refusal.ts'

/** Looked at before every start, which so takes some ten milliseconds more: all of a small store, the upper levels of a large one. */
const MOST_BYTES = 2 ** 20
/** Where the disk is slow a start does not wait for them. */
const PATIENCE_MILLISECONDS = 1000
/** In the folder of metadata: a file that says why the next start is to look at all pages. */
const WANTED_FILE = 'look-at-pages'

/** Has the next start look at all pages before it uses them; on a disk that takes no more it does not. */
export async function wantLook(metadataFolder: string, why: string): Promise<void> {
  const path = join(metadataFolder, WANTED_FILE)
  try {
    const file = await systemDisk.create(path, 0o600)
    try {
      await file.append([Buffer.from(`${why}\n`)])
    } finally {
      await file.close()
    }
  } catch {
    // It is there already, or cannot be made; a walk after the start comes to every page as well.
  }
}

/**
 * Looks at pages of LMDB's file before LMDB does: those next to the roots, or all where that was wanted. Damage is told to
 * `pages`, so that nobody comes to it; where everything hangs on what is damaged it throws `StoreRefusal`. Where others write
 * meanwhile or the disk is slow the walk after the start finds what there is.
 */
export async function lookBeforeOpening(folder: string, pages: DamagedPages, log: Log): Promise<void> {
  const why = await wantedLook(folder)
  if (why !== undefined) log.warn({ why }, 'all pages of the metadata are looked at before they are used')
  await checkHeader(folder)
  const found = await lookWithin(folder, why === undefined ? MOST_BYTES : undefined)
  if (found === 'moved' || !found.isWhole) pages.doubt()
  if (found === 'moved') return
  const hopeless = found.damages.find(isHopeless)
  if (hopeless) throw damagedMetadata(`page ${hopeless.page} ${hopeless.reason}`)
  pages.found(found)
  if (why === undefined || found.damages.length + found.rows.length > 0) return
  log.info({}, 'all pages of the metadata are what was written')
  await systemDisk.remove(join(folder, WANTED_FILE)).catch(() => undefined)
}

async function checkHeader(folder: string): Promise<void> {
  try {
    await checkLmdbHeader(systemDisk, join(folder, 'data.mdb'))
  } catch (error) {
    if (!(error instanceof StorageFault) || error.kind !== 'corrupt') throw error
    throw damagedMetadata(error.message)
  }
}

/** Without its list of free pages a store cannot be written, without the page above all others not be read. */
function isHopeless({ tree, span }: DamagedPage): boolean {
  return tree === 'free' || (span.start === undefined && span.end === undefined)
}

async function lookWithin(folder: string, mostBytes: number | undefined): Promise<LookFindings | 'moved'> {
  const look = lookAtLmdbPages(systemDisk, join(folder, 'data.mdb'), {
    rowFault,
    ...(mostBytes !== undefined && { mostBytes }),
  })
  if (mostBytes === undefined) return look
  return valueWithin(PATIENCE_MILLISECONDS, systemClock, look, 'moved')
}

async function wantedLook(folder: string): Promise<string | undefined> {
  return (await readFileIfThere(systemDisk, join(folder, WANTED_FILE)))?.trim()
}
