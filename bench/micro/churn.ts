/**
 * Small objects written and deleted for a while through the real engine, each as a PUT and the worker that frees leave it: a row
 * and the pieces of its bytes in one commit, durable, 64 in flight. After each round (all are written, then nine tenths deleted at random)
 * a line: what was written in all, and LMDB's file, which should settle. `node bench/micro/churn.ts [minutes] [objects] [rows]`:
 * with the word `rows` the bytes are counted and not stored, as those of objects that have files of their own.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { WHOLE_VALUE_BYTES } from '../../packages/server/src/metadata/key-limits.ts'
import type { OrderedStore, Put } from '../../packages/server/src/metadata/ordered-store.ts'

const MINUTES = Number(process.argv[2] ?? 15)
const OBJECTS = Number(process.argv[3] ?? 20_000)
const ROWS_ALONE = process.argv[4] === 'rows'
const IN_FLIGHT = 64
const ROW = randomBytes(200)
const BODY = randomBytes(32 * 1024)

/** Keys of the objects that are there, and how many pieces each has. */
const there = new Map<string, number>()
let writtenBytes = 0
let next = 0

async function put(store: OrderedStore): Promise<void> {
  // Keys anywhere, content ids in the order of time, as Holdfast has them (docs/adr/0012).
  const name = `${randomBytes(6).toString('hex')} ${String(next++).padStart(12, '0')}`
  const sizeBytes = 1024 + randomInt(BODY.length - 1024)
  const rows: Put[] = [{ key: Buffer.from(`c${name}`), value: ROW }]
  const storedBytes = ROWS_ALONE ? 0 : sizeBytes
  for (let start = 0; start < storedBytes; start += WHOLE_VALUE_BYTES) {
    const value = BODY.subarray(start, Math.min(storedBytes, start + WHOLE_VALUE_BYTES))
    rows.push({ key: pieceKey(name, rows.length - 1), value })
  }
  await store.commit({ expect: [], put: rows, remove: [] })
  there.set(name, rows.length - 1)
  for (const { key, value } of rows) writtenBytes += key.length + value.length
  writtenBytes += sizeBytes - storedBytes
}

async function remove(store: OrderedStore, name: string): Promise<void> {
  const pieces = Array.from({ length: there.get(name) ?? 0 }, (_, piece) => pieceKey(name, piece))
  there.delete(name)
  await store.commit({ expect: [], put: [], remove: [Buffer.from(`c${name}`), ...pieces] })
}

function pieceKey(name: string, piece: number): Buffer {
  return Buffer.from(`i${name.split(' ')[1]} ${piece}`)
}

async function inFlight(work: () => Promise<void> | undefined): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let one = work(); one; one = work()) await one
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

const path = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
try {
  await using store = await openLmdb({ path })
  const startMilliseconds = performance.now()
  for (let round = 1; performance.now() - startMilliseconds < MINUTES * 60_000; round++) {
    let begun = there.size
    await inFlight(() => (begun++ < OBJECTS ? put(store) : undefined))
    const doomed = Array.from(there.keys(), (name) => name).filter(() => randomInt(10) > 0)
    const { size } = await stat(join(path, 'data.mdb'))
    await inFlight(() => {
      const name = doomed.pop()
      return name === undefined ? undefined : remove(store, name)
    })
    const { user, system } = process.cpuUsage()
    console.log(
      `round ${round}: ${(writtenBytes / 1e9).toFixed(2)} GB written, file ${(size / 1e6).toFixed(0)} MB, ${there.size} objects left, ${((user + system) / 1e6).toFixed(0)} s of CPU`,
    )
  }
} finally {
  await rm(path, { recursive: true })
}
