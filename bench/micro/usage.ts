import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { OrderedStore, Put } from '../../packages/server/src/metadata/ordered-store.ts'
import { current, inlineBytes } from '../../packages/server/src/metadata/tables/tables.ts'
import { usageShares } from '../../packages/server/src/metadata/tables/usage-tables.ts'
import { usageLedger } from '../../packages/server/src/metadata/usage-ledger.ts'
import { median } from '../base/statistics.ts'

const LANES = 64
const COMMITS = 1500
const PAIRS = 40
const BUCKET = 'bucketid0000'

type Mode = 'without' | 'one more put' | 'with a share'

/** Microseconds of CPU a commit, of all threads and of the main one. */
interface Cost {
  readonly all: number
  readonly main: number
}

let made = 0
const bytes = Buffer.alloc(4096, 7)
const row = Buffer.alloc(150, 3)
const change = { objects: 1, versions: 1, deleteMarkers: 0, bytes: 4096, partBytes: 0 }

/** What a PutObject of 4 KiB commits, more or less. */
async function commit(store: OrderedStore, mode: Mode, lane: number): Promise<void> {
  const number = made++
  const key = current.key(BUCKET, `k/${number}`)
  const contentId = number.toString(16).padStart(24, '0')
  const put: Put[] = [
    { key: inlineBytes.key(contentId), value: bytes },
    { key, value: row },
  ]
  const all = { expect: [{ key, stamp: undefined }], put, remove: [] }
  if (mode === 'one more put') {
    put.push({ key: usageShares.key(BUCKET, 1, 'a process', lane), value: row.subarray(0, 47) })
  }
  if (mode !== 'with a share') {
    await store.commit(all)
    return
  }
  const ledger = usageLedger(store)
  const share = ledger.take(BUCKET)
  put.push(share.put(change, 2))
  if (await store.commit(all)) share.add(change)
  ledger.giveBack(share)
}

async function round(store: OrderedStore, mode: Mode): Promise<Cost> {
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()]
  let left = COMMITS
  const run = async (_: unknown, lane: number): Promise<void> => {
    while (left-- > 0) await commit(store, mode, lane)
  }
  await Promise.all(Array.from({ length: LANES }, run))
  const [allAfter, mainAfter] = [process.cpuUsage(all), process.threadCpuUsage(main)]
  return {
    all: (allAfter.user + allAfter.system) / COMMITS,
    main: (mainAfter.user + mainAfter.system) / COMMITS,
  }
}

// What it costs a durable commit to count what its bucket holds, by turns.
const path = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
try {
  await using store = await openLmdb({ path })
  const modes = ['without', 'one more put', 'with a share'] as const
  const costs = new Map<Mode, Cost[]>(modes.map((mode) => [mode, []]))
  for (const mode of modes) await round(store, mode)
  for (let pair = 0; pair < PAIRS; pair++) {
    for (const mode of pair % 2 === 0 ? modes : modes.toReversed())
      costs.get(mode)?.push(await round(store, mode))
  }
  const base = costs.get('without') ?? []
  for (const [mode, found] of costs) {
    const more = (of: keyof Cost): string =>
      median(found.map((cost, pair) => cost[of] - (base[pair]?.[of] ?? 0))).toFixed(2)
    const all = median(found.map((cost) => cost.all)).toFixed(1)
    console.log(
      `${mode.padEnd(16)} ${all} µs a commit; ${more('all')} more, ${more('main')} on the main thread`,
    )
  }
} finally {
  await rm(path, { recursive: true, force: true })
}
