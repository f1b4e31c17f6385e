/**
 * What a backup costs the requests beside it: the 50th and 99th percentile of GETs and PUTs of 1 KiB at a steady rate, in turns
 * without and beside a backup of so many objects of 1 KiB into a new folder. The median of the ratios counts.
 * `node bench/micro/beside-backup.ts [objects] [requests a second] [rounds] [directory]`.
 */
import { rm, stat } from 'node:fs/promises'
import { request, Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { executable } from '../../tests/support/executable.ts'
import { runCommand } from '../../tests/support/run-command.ts'
import type { Endpoint } from '../base/endpoint.ts'
import { parseOptions } from '../base/options.ts'
import { median } from '../base/statistics.ts'
import { keyOf } from '../load/key-of.ts'
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
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const body = Buffer.alloc(1024, 'x')
let asked = 0

/** How long it takes from when it was due: one that had to wait for those before it has waited, too. */
function ask(endpoint: Endpoint, dueAt: number): Promise<number> {
  const number = asked++
  const isPut = number % PUT_EVERY === 0
  const key = isPut ? `put/${number}` : keyOf((number * 7919) % OBJECTS, FOLDERS)
  const method = isPut ? 'PUT' : 'GET'
  const path = endpoint.sign(method, `/${LARGE_BUCKET}/${key}`)
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: endpoint.hostname, port: endpoint.port, method, path }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${method} ${key}: ${answer.statusCode}`))
      answer.on('end', () => resolve(performance.now() - dueAt)).resume()
    })
    sent.on('error', reject)
    sent.end(isPut ? body : undefined)
  })
}

/** Latencies in milliseconds until `signal` aborts. */
async function latencies(signal: AbortSignal): Promise<number[]> {
  const answers: Promise<number>[] = []
  const start = performance.now()
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - start) / 1000) * A_SECOND)
    while (answers.length < due) answers.push(ask(store.endpoint, start + (answers.length * 1000) / A_SECOND))
    await delay(2)
  }
  return Promise.all(answers)
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN
}

async function during(work: () => Promise<unknown>): Promise<number[]> {
  const stop = new AbortController()
  const measuring = latencies(stop.signal)
  await work()
  stop.abort()
  return measuring
}

function told(values: readonly number[]): string {
  return `p50 ${percentile(values, 0.5).toFixed(2)} ms, p99 ${percentile(values, 0.99).toFixed(2)} ms of ${values.length}`
}

const ratios: number[] = []
const backup = join(directory, 'backup')
for (let round = 0; round < ROUNDS; round++) {
  await rm(backup, { recursive: true, force: true })
  const start = performance.now()
  const beside = await during(() =>
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
  const alone = await during(() => delay(Math.max(5, seconds) * 1000))
  ratios.push(percentile(beside, 0.99) / percentile(alone, 0.99))
  console.log(`alone: ${told(alone)}; beside a backup of ${seconds.toFixed(1)} s: ${told(beside)}`)
}
agent.destroy()
console.log(
  `p99 beside the backup, of that alone: ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
)
