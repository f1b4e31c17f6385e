import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { visibleFiles } from './disk-image.ts'
import { RecordedDisk } from './recorded-disk.ts'
import type { Recording } from './recording.ts'

/**
 * What a whole recording and the folder as it is now do not agree on: nothing, unless something was written that the
 * recorder does not see. What processes were at when they died is left out, and LMDB's lock file, which is no one's data.
 */
export async function compareWithFolder(recording: Recording): Promise<string[]> {
  const { folder, calls } = recording
  const disk = new RecordedDisk(recording)
  disk.advance(recording.length)
  const unclear = new Set(
    calls.filter(({ end }) => end === Infinity).flatMap(({ path, other }) => [path, other]),
  )
  const isClear = (path: string): boolean =>
    basename(path) !== 'lock.mdb' && !unclear.has(join(folder.path, path))
  const recorded = visibleFiles(disk.root)
  const there = (await readdir(folder.path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder.path, join(entry.parentPath, entry.name)))
  const strange = there.filter((path) => !recorded.has(path)).map((path) => `${path} was never recorded`)
  const wrong: string[] = []
  for (const [path, bytes] of recorded) {
    if (!isClear(path) || bytes === undefined) continue
    if (!there.includes(path)) wrong.push(`${path} is not there`)
    else if (!bytes.equals(await readFile(join(folder.path, path)))) wrong.push(`${path} has other bytes`)
  }
  return [...strange.filter((line) => isClear(line.replace(/ was never recorded$/, ''))), ...wrong]
}
