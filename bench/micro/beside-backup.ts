/**
 * What a backup costs the requests beside it: the 50th and 99th percentile of GETs and PUTs of 1 KiB at a steady rate, in turns
 * without and beside a backup of so many objects of 1 KiB into a new folder. The median of the ratios counts.
 * `node bench/micro/beside-backup.ts [objects] [requests a second] [rounds] [directory]`.
 */
import { rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { executable } from '../../tests/support/executable.ts'
import { runCommand } from '../../tests/support/run-command.ts'
import { parseOptions } from '../base/options.ts'
import { median } from '../base/statistics.ts'
import { percentile, SteadyLoad, toldLatencies } from '../load/steady-load.ts'
import { createBench } from '../setting/create-bench.ts'
import { FOLDERS, LARGE_BUCKET } from '../setting/filled-store.ts'
import { openScaledStore } from '../setting/scaled-store.ts'

const OBJECTS = Number(process.argv[2] ?? 100_000)
const A_SECOND = Number(process.argv[3] ?? 200)
const ROUNDS = Number(process.argv[4] ?? 3)
const DIRECTORY = process.argv[5] ?? tmpdir()
/** Of every so many requests one is a PUT. */
const PUT_EVERY = 5
const TIMEOUT_MILLISECONDS = 3_600_000

await using run = new AsyncDisposableStack()
const bench = createBench(parseOptions(['--directory', DIRECTORY]), run)
const store = run.use(await openScaledStore(bench, OBJECTS))
const { directory } = store
using load = new SteadyLoad({
  endpoint: () => store.endpoint,
  bucket: LARGE_BUCKET,
  objects: OBJECTS,
  folders: FOLDERS,
  requestsPerSecond: A_SECOND,
  putEvery: PUT_EVERY,
})

const ratios: number[] = []
const backup = join(directory, 'backup')
for (let round = 0; round < ROUNDS; round++) {
  await rm(backup, { recursive: true, force: true })
  const start = performance.now()
  const beside = await load.during(() =>
    runCommand(
      process.execPath,
      [
        executable,
        'backup',
        backup,
        '--data',
        join(directory, 'data'),
        '--config',
        join(directory, 'config.json'),
      ],
      { timeoutMilliseconds: TIMEOUT_MILLISECONDS },
    ),
  )
  const seconds = (performance.now() - start) / 1000
  await stat(join(backup, 'moments', '00000001.moment'))
  const alone = await load.during(() => delay(Math.max(5, seconds) * 1000))
  ratios.push(percentile(beside, 0.99) / percentile(alone, 0.99))
  console.log(
    `alone: ${toldLatencies(alone)}; beside a backup of ${seconds.toFixed(1)} s: ${toldLatencies(beside)}`,
  )
}
console.log(
  `p99 beside the backup, of that alone: ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
)
