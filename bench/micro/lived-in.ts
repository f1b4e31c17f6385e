/**
 * Prints what a commit costs in a store that is new, and in one that has lived: filled, nine tenths deleted, filled
 * again, three times over. CPU of the whole process, LMDB's threads included, and the size of the file, which should
 * settle. `node bench/micro/lived-in.ts [objects] [directory]`; objects have 1 to 32 KiB, as a PUT writes them.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { WHOLE_VALUE_BYTES } from '../../packages/server/src/metadata/key-limits.ts'
import type { OrderedStore, Put } from '../../packages/server/src/metadata/ordered-store.ts'

const OBJECTS = Number(process.argv[2] ?? 10_000)
const ROUNDS = 3
const ROW = randomBytes(300)
const BODY = randomBytes(32 * 1024)

/** The rows of an object: its keys are spread out, so that deletions leave holes everywhere. */
function rowsOf(object: number): Put[] {
  const name = String((object * 2_654_435_761) % 2 ** 32).padStart(10, '0')
  const sizeBytes = 1024 + ((object * 7919) % (BODY.length - 1024))
  const pieces = Array.from({ length: Math.ceil(sizeBytes / WHOLE_VALUE_BYTES) }, (_, piece) => {
    const start = piece * WHOLE_VALUE_BYTES
    return {
      key: Buffer.from(`i${name}${piece}`),
      value: BODY.subarray(start, Math.min(sizeBytes, start + WHOLE_VALUE_BYTES)),
    }
  })
  return [
    { key: Buffer.from(`c${name}`), value: ROW },
    { key: Buffer.from(`v${name}`), value: ROW },
    ...pieces,
  ]
}

function put(store: OrderedStore, object: number): Promise<boolean> {
  return store.commit({ expect: [], put: rowsOf(object), remove: [] })
}

function remove(store: OrderedStore, object: number): Promise<boolean> {
  return store.commit({ expect: [], put: [], remove: rowsOf(object).map(({ key }) => key) })
}

async function each(from: number, to: number, atOnce: number, work: (object: number) => Promise<unknown>) {
  let next = from
  const worker = async (): Promise<void> => {
    while (next < to) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function cpuMicroseconds(commits: number, work: () => Promise<unknown>): Promise<string> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return `${Math.round((user + system) / commits)} µs`.padStart(9)
}

const path = await mkdtemp(join(process.argv[3] ?? tmpdir(), 'holdfast-bench-'))
try {
  await using store = await openLmdb({ path })
  const report = async (when: string): Promise<void> => {
    const lone = await cpuMicroseconds(300, () =>
      each(OBJECTS, OBJECTS + 300, 1, (object) => put(store, object)),
    )
    const many = await cpuMicroseconds(3000, () =>
      each(OBJECTS, OBJECTS + 3000, 64, (object) => put(store, object)),
    )
    const { size } = await stat(join(path, 'data.mdb'))
    console.log(
      `${when.padEnd(28)} a put alone ${lone}, 64 at once ${many}, file ${(size / 1e6).toFixed(0)} MB`,
    )
    await each(OBJECTS, OBJECTS + 3000, 64, (object) => remove(store, object))
  }
  await report('new')
  for (let round = 1; round <= ROUNDS; round++) {
    await each(0, OBJECTS, 64, (object) => put(store, object))
    await report(`filled ${round}`)
    await each(0, OBJECTS, 64, (object) => (object % 10 === 0 ? Promise.resolve() : remove(store, object)))
    await report(`nine tenths deleted ${round}`)
  }
} finally {
  await rm(path, { recursive: true })
}
