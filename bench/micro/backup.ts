/**
 * Prints what backups cost: the first one of so many objects, one of a store that did not change, and one after 1 % of the
 * objects, spread out, were overwritten. Rows are written straight, as PUTs write them.
 * `node bench/micro/backup.ts [objects] [bytes an object] [directory]`; from 16 KiB on objects are blobs, below they lie in rows.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backUp } from '../../packages/server/src/backup/back-up.ts'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { openFileBlobs } from '../../packages/server/src/blobs/engines/files.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { Put } from '../../packages/server/src/metadata/ordered-store.ts'
import type { Content } from '../../packages/server/src/metadata/tables/rows.ts'
import { storeIdentity } from '../../packages/server/src/metadata/tables/identity-tables.ts'
import { blobReferences, current, inlineBytes } from '../../packages/server/src/metadata/tables/tables.ts'
import { runCommand } from '../../tests/support/run-command.ts'

const OBJECTS = Number(process.argv[2] ?? 100_000)
const OBJECT_BYTES = Number(process.argv[3] ?? 1024)
const BLOB_BYTES = 16 * 1024
const PER_COMMIT = 500
/** Then one backup is made of the store in the folder that follows. */
const BACK_UP = '--back-up'
const { signal } = new AbortController()

interface Cost {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly newBytes: number
}

const isBackUp = process.argv[4] === BACK_UP
const path = isBackUp
  ? (process.argv[5] ?? '')
  : await mkdtemp(join(process.argv[4] ?? tmpdir(), 'holdfast-bench-'))
await using metadata = await openLmdb({ path: join(path, 'metadata') })
await using blobs = await openFileBlobs({ directory: join(path, 'blobs') })
/** Where objects are blobs: rows for a million others would be most of what the garbage collector has to do. */
const blobIds = new Map<number, string>()

async function contentOf(object: number, bytes: Uint8Array, round: number): Promise<Content> {
  if (OBJECT_BYTES < BLOB_BYTES) return inlineContent(object, round)
  const { id } = await blobs.write(once(bytes), signal)
  blobIds.set(object, id)
  return { kind: 'blob', id }
}

/** Ids rise, as those of a server do. */
function inlineContent(object: number, round: number): Content {
  return { kind: 'inline', id: (round * OBJECTS + object).toString(16).padStart(12, '0') + '0123456789' }
}

function oldContent(object: number, round: number): Content | undefined {
  if (round === 0) return undefined
  const id = blobIds.get(object)
  return id === undefined ? inlineContent(object, round - 1) : { kind: 'blob', id }
}

async function rowsOf(
  object: number,
  round: number,
): Promise<{ readonly put: Put[]; readonly remove: Uint8Array[] }> {
  const name = `folder ${object % 100}/object ${String(object).padStart(9, '0')}`
  const bytes = randomBytes(OBJECT_BYTES)
  const old = oldContent(object, round)
  const content = await contentOf(object, bytes, round)
  const key = current.key('bucket', name)
  const row = {
    etag: randomBytes(16).toString('hex'),
    sizeBytes: OBJECT_BYTES,
    modifiedMilliseconds: 1_900_000_000_000 + object,
    ownerAccountId: '123456789012',
    content,
    contentType: 'application/octet-stream',
  }
  const ofContent = contentKey(content)
  const value =
    content.kind === 'inline'
      ? inlineBytes.encode(ofContent, bytes, 2)
      : blobReferences.encode(ofContent, { references: 1 }, 2)
  return {
    put: [
      { key, value: current.encode(key, row, 2) },
      { key: ofContent, value },
    ],
    remove: old ? [contentKey(old)] : [],
  }
}

function contentKey(content: Content): Buffer {
  if (content.kind === 'inline') return inlineBytes.key(content.id)
  return blobReferences.key(content.kind === 'blob' ? content.id : '')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function write(objects: readonly number[], round: number): Promise<void> {
  for (let at = 0; at < objects.length; at += PER_COMMIT) {
    const rows = await Promise.all(objects.slice(at, at + PER_COMMIT).map((each) => rowsOf(each, round)))
    const put = rows.flatMap((row) => row.put)
    await metadata.commit({ expect: [], put, remove: rows.flatMap((row) => row.remove) })
  }
}

/** In a process of its own, as the command is. */
async function timed(what: string): Promise<number> {
  const words = [import.meta.filename, ...process.argv.slice(2, 4), BACK_UP, path]
  const { text } = await runCommand(process.execPath, words, { timeoutMilliseconds: 3_600_000 })
  const { seconds, cpuSeconds, newBytes } = JSON.parse(text) as Cost
  console.log(
    `${what}: ${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${(newBytes / 1e6).toFixed(1)} MB new`,
  )
  return seconds
}

async function costOfBackup(): Promise<Cost> {
  const start = performance.now()
  const cpu = process.cpuUsage()
  const hold = { take: async () => {}, isKept: async () => true, release: async () => {} }
  const { progress } = await backUp({
    metadata,
    blobs,
    disk: systemDisk,
    random: systemRandom,
    directory: join(path, 'backup'),
    nowMilliseconds: 1_900_000_000_000,
    hold,
    onProgress: () => {},
    signal,
  })
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const newBytes = progress.newRowBytes + progress.newBlobBytes
  return { seconds, cpuSeconds: (user + system) / 1e6, newBytes }
}

async function measure(): Promise<void> {
  const key = storeIdentity.key()
  const identity = storeIdentity.encode(key, { storeId: 'bench', generation: 0, marked: [] }, 2)
  await metadata.commit({ expect: [], put: [{ key, value: identity }], remove: [] })
  const all = Array.from({ length: OBJECTS }, (_, index) => index)
  await write(all, 0)
  const first = await timed('first')
  const unchanged = await timed('nothing changed')
  await write(
    all.filter((index) => index % 100 === Math.floor(index / 100) % 100),
    1,
  )
  const changed = await timed('1 % overwritten')
  console.log(`of the first: nothing ${(unchanged / first).toFixed(3)}, 1 % ${(changed / first).toFixed(3)}`)
}

if (isBackUp) console.log(JSON.stringify(await costOfBackup()))
else {
  try {
    await measure()
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}
