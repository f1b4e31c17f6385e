import type { Disk } from '../base/disk.ts'
import { errorCode } from '../base/storage-fault.ts'
import { createHash } from 'node:crypto'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { indexesOf, type Moment } from './moment.ts'

const CHUNK_BYTES = 2 ** 20

interface KnownFile {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** The files of a moment's rows. */
export function rowFiles(folder: BackupFolder, moment: Moment): KnownFile[] {
  const ofPacks = moment.packs.map(({ name, sizeBytes, sha256 }) => ({
    path: folder.packPath(name),
    sizeBytes,
    sha256,
  }))
  const ofIndexes = indexesOf(moment).map(({ number, index: { sizeBytes, sha256 } }) => ({
    path: folder.indexPath(number),
    sizeBytes,
    sha256,
  }))
  return [...ofIndexes, ...ofPacks]
}

/** Throws `BackupRefusal` where a file of a moment's rows is missing, or is not as long as it was. */
export function assertFiles(folder: BackupFolder, moment: Moment): Promise<void> {
  return assertEach(folder, moment, wrongSize)
}

/** Throws `BackupRefusal` where a file of a moment's rows is not what was written; reads them all. */
export function assertWhole(folder: BackupFolder, moment: Moment): Promise<void> {
  return assertEach(folder, moment, wrongBytes)
}

async function assertEach(
  folder: BackupFolder,
  moment: Moment,
  wrongIn: (disk: Disk, file: KnownFile) => Promise<string | undefined>,
): Promise<void> {
  for (const file of rowFiles(folder, moment)) {
    const wrong = await wrongIn(folder.disk, file)
    if (wrong !== undefined) throw new BackupRefusal(`Moment ${moment.number} is not whole: ${wrong}`)
  }
}

/** What is wrong with a file by its size alone; `undefined` where nothing is. */
export async function wrongSize(disk: Disk, { path, sizeBytes }: KnownFile): Promise<string | undefined> {
  try {
    const file = await disk.openForRead(path)
    try {
      const foundBytes = await file.size()
      return foundBytes === sizeBytes ? undefined : `${path} has ${foundBytes} bytes, not ${sizeBytes}.`
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return `${path} is missing.`
  }
}

/** What is wrong with a file, which is read whole. */
export async function wrongBytes(disk: Disk, file: KnownFile): Promise<string | undefined> {
  const wrong = await wrongSize(disk, file)
  if (wrong !== undefined) return wrong
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(disk, file)) hash.update(chunk)
  return hash.digest('hex') === file.sha256 ? undefined : `${file.path} has other bytes than were written.`
}

/** Chunks of a file's first so many bytes; whoever takes one may keep it. */
export async function* bytesOf(
  disk: Disk,
  { path, sizeBytes }: Pick<KnownFile, 'path' | 'sizeBytes'>,
): AsyncGenerator<Buffer> {
  const file = await disk.openForRead(path)
  try {
    for (let at = 0; at < sizeBytes;) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, sizeBytes - at))
      const count = await file.read(buffer, at)
      if (count === 0) return
      yield buffer.subarray(0, count)
      at += count
    }
  } finally {
    await file.close()
  }
}
