import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import type { Bench } from './setting/bench.ts'
import { createBench } from './setting/create-bench.ts'
import { hasWrk } from './load/generators.ts'
import { measure } from './measure.ts'
import { commandLine, type Options, parseOptions, USAGE } from './base/options.ts'
import { COLUMNS, compact, markdownTable, rowsOf, terminalTable, withFigures, type Report } from './report.ts'
import type { Workload } from './setting/workload.ts'
import {
  copy1g,
  copy1gOfParts,
  get64m,
  multipart1g,
  multipart1gIn64,
  multipart256m,
  put64m,
  rss,
} from './workloads/large-objects.ts'
import { encryptedGet4k, encryptedGet64m, encryptedPut4k, encryptedPut64m } from './workloads/encryption.ts'
import { get1kAccessPoint } from './workloads/access-points.ts'
import { get1kAudited, get1kLimited } from './workloads/settings.ts'
import { get1kAsRole, get1kAsUser } from './workloads/identities.ts'
import { lifecycle, lifecycleReaders } from './workloads/lifecycle.ts'
import { engineWorkloads } from './workloads/engines.ts'
import { list, listWithDelimiter, start } from './workloads/listing.ts'
import { putReplicated, putReplicatedElsewhere } from './workloads/replication.ts'
import { scaleGet, scaleList, scalePut, scaleStart } from './workloads/scale.ts'
import { get1k, head, mixed, put4k, put4kLone, remove } from './workloads/small-objects.ts'
import { listVersions, putVersions } from './workloads/versions.ts'

const PAGE = new URL('../docs/performance.md', import.meta.url)

const workloads: readonly Workload[] = [
  get1k,
  head,
  put4k,
  put4kLone,
  remove,
  get64m,
  put64m,
  multipart256m,
  multipart1g,
  multipart1gIn64,
  copy1g,
  copy1gOfParts,
  rss,
  encryptedGet4k,
  encryptedPut4k,
  encryptedGet64m,
  encryptedPut64m,
  list,
  listWithDelimiter,
  mixed,
  start,
  listVersions,
  putVersions,
  lifecycle,
  lifecycleReaders,
  get1kAsUser,
  get1kAsRole,
  get1kAudited,
  get1kLimited,
  get1kAccessPoint,
  putReplicated,
  putReplicatedElsewhere,
  scaleStart,
  scaleGet,
  scaleList,
  scalePut,
]

/** A name selects its workload and those that vary it: list-1m also list-1m-delimiter. */
function selected({ workloads: names, engine }: Options): readonly Workload[] {
  const known = engine === undefined ? workloads : engineWorkloads(engine)
  const matches = (name: string, { name: full }: Workload): boolean =>
    full === name || full.startsWith(`${name}-`)
  const unknown = names.find((name) => !known.some((workload) => matches(name, workload)))
  if (unknown !== undefined)
    throw new Error(`no workload ${unknown}; there are ${known.map(({ name }) => name).join(', ')}`)
  return names.length === 0
    ? known
    : known.filter((workload) => names.some((name) => matches(name, workload)))
}

async function runWorkload(bench: Bench, workload: Workload, run: AsyncDisposableStack): Promise<Report> {
  console.error(`${workload.name}: ${workload.about}`)
  await using resources = run.use(new AsyncDisposableStack())
  const contenders = await workload.prepare(bench, resources)
  const rounds = Math.min(bench.options.rounds, workload.mostRounds ?? Infinity)
  const results = await measure(contenders, rounds, bench.options.seconds, ({ name }, { rate }) =>
    console.error(`  ${name}: ${compact(rate)} ${workload.measure} a second`),
  )
  return { workload, results, checks: bench.options.selfCheck ? [] : (workload.checks?.(results) ?? []) }
}

async function machine(): Promise<string> {
  const [cpu] = cpus()
  const client = (await hasWrk) ? 'wrk' : 'our own client in place of wrk, which is not installed'
  const load = loadavg()[0]?.toFixed(1)
  return (
    `${cpus().length} cores (${cpu?.model ?? 'unknown'}) with a load of ${load} before the run, ` +
    `Node ${process.versions.node}, ${process.platform}; small requests by ${client}`
  )
}

let interrupted: Promise<void> | undefined

/** Ends the servers and removes their data before an interrupted run exits. */
function tidyUpAtSignal(run: AsyncDisposableStack): void {
  const tidyUp = (): void => {
    interrupted = run.disposeAsync().finally(() => process.exit(1))
  }
  process.once('SIGINT', tidyUp)
  process.once('SIGTERM', tidyUp)
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (options.help) {
    console.log(USAGE)
    return
  }
  await using run = new AsyncDisposableStack()
  tidyUpAtSignal(run)
  const about = await machine()
  const bench = createBench(options, run)
  const reports: Report[] = []
  for (const workload of selected(options)) reports.push(await runWorkload(bench, workload, run))
  const table = [COLUMNS, ...reports.flatMap(rowsOf)]
  console.log(`${terminalTable(table)}\n\n${about}`)
  const command = commandLine(args)
  const date = new Date().toISOString().slice(0, 10)
  if (options.json)
    await writeFile(options.json, JSON.stringify({ date, machine: about, command, reports }, null, 2))
  if (!options.write) return
  const notes = reports.map(({ workload }) => `- \`${workload.name}\`: ${workload.about}.`)
  const figures = [`\`${command}\`, ${date}: ${about}.`, markdownTable(table), notes.join('\n')]
  await writeFile(PAGE, withFigures(await readFile(PAGE, 'utf8'), figures.join('\n\n')))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  // A run whose servers were taken away fails, but what it left behind comes first.
  await interrupted
  throw error
}
