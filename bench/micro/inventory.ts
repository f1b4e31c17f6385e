/**
 * What an inventory report costs: the CPU of the server and the time it takes for a bucket of so many objects, as CSV and as
 * Parquet with all usual fields, and the 99th percentile of GETs of 1 KiB at a steady rate beside it and alone.
 * `node bench/micro/inventory.ts [objects] [requests a second] [rounds] [directory]`.
 */
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { call, putDocument } from '../base/endpoint.ts'
import { parseOptions } from '../base/options.ts'
import { cpuSeconds, peakRssBytes } from '../base/process-usage.ts'
import { median } from '../base/statistics.ts'
import { percentile, SteadyLoad, toldLatencies } from '../load/steady-load.ts'
import { createBench } from '../setting/create-bench.ts'
import { FOLDERS, LARGE_BUCKET, secondsOf } from '../setting/filled-store.ts'
import { openScaledStore } from '../setting/scaled-store.ts'

const OBJECTS = Number(process.argv[2] ?? 1_000_000)
const A_SECOND = Number(process.argv[3] ?? 200)
const ROUNDS = Number(process.argv[4] ?? 3)
const DIRECTORY = process.argv[5] ?? tmpdir()
const REPORTS = 'reports'
const FIELDS = ['Size', 'LastModifiedDate', 'ETag', 'StorageClass', 'IsMultipartUploaded', 'EncryptionStatus']

await using run = new AsyncDisposableStack()
const bench = createBench(parseOptions(['--directory', DIRECTORY]), run)
const store = run.use(await openScaledStore(bench, OBJECTS))
using load = new SteadyLoad({
  endpoint: () => store.endpoint,
  bucket: LARGE_BUCKET,
  objects: OBJECTS,
  folders: FOLDERS,
  requestsPerSecond: A_SECOND,
})

await call(store.endpoint, 'PUT', `/${REPORTS}`)
const Statement = {
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${REPORTS}/*`,
}
await putDocument(
  store.endpoint,
  `/${REPORTS}`,
  { policy: '' },
  JSON.stringify({ Version: '2012-10-17', Statement }),
)

/** A configuration whose first report begins when the server starts anew. */
async function begin(id: string, format: string): Promise<void> {
  const body = `<InventoryConfiguration><Id>${id}</Id><IsEnabled>true</IsEnabled><Destination><S3BucketDestination>
    <Format>${format}</Format><Bucket>arn:aws:s3:::${REPORTS}</Bucket></S3BucketDestination></Destination>
    <Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions>
    <OptionalFields>${FIELDS.map((field) => `<Field>${field}</Field>`).join('')}</OptionalFields></InventoryConfiguration>`
  await putDocument(store.endpoint, `/${LARGE_BUCKET}`, { inventory: '', id }, body)
  await store.restart()
}

async function untilDelivered(id: string): Promise<void> {
  const query = { 'list-type': '2', prefix: `${LARGE_BUCKET}/${id}/2` }
  for (;;) {
    const text = await (await call(store.endpoint, 'GET', `/${REPORTS}`, query)).text()
    if (text.includes('manifest.checksum')) return
    await delay(100)
  }
}

for (const format of ['CSV', 'Parquet']) {
  await begin(`${format}-alone`, format)
  const pid = store.endpoint.pid ?? 0
  const before = cpuSeconds(pid)
  const seconds = await secondsOf(() => untilDelivered(`${format}-alone`))
  const cpu = cpuSeconds(pid) - before
  const peak = Math.round(peakRssBytes(pid) / 1e6)
  console.log(
    `${format}: ${OBJECTS} objects in ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, at most ${peak} MB`,
  )
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await begin(`${format}-${round}`, format)
    const beside = await load.during(() => untilDelivered(`${format}-${round}`))
    const alone = await load.during(() => delay(10_000))
    ratios.push(percentile(beside, 0.99) / percentile(alone, 0.99))
    console.log(`${format}, alone: ${toldLatencies(alone)}; beside: ${toldLatencies(beside)}`)
  }
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(', ')
  console.log(`${format}: p99 beside the report, of that alone: ${median(ratios).toFixed(2)} (${all})`)
}
