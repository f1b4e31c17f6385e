/**
 * S3 Select beside the bare cost of the same bytes: queries over an object of CSV, JSON lines, or gzip, in MB of the object a second, with
 * the CPU of all threads; the floor is a GET of the object. `node bench/micro/select.ts [MEGABYTES]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  SelectObjectContentCommand,
  type InputSerialization,
} from '@aws-sdk/client-s3'
import { s3Client } from '../../tests/support/s3-client.ts'
import { startServer } from '../../packages/server/src/start-server.ts'

const megabytes = Number(process.argv[2] ?? 64)
const dataDirectory = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
await using cleaning = new AsyncDisposableStack()
cleaning.defer(() => rm(dataDirectory, { recursive: true }))
const server = cleaning.use(await startServer({ dataDirectory }))
const bucket = 'bench-select'
const client = s3Client(server)
await client.send(new CreateBucketCommand({ Bucket: bucket }))

const csv = rows(
  (at) => `${at},name ${at},${(at * 7919) % 1000},2026-11-${10 + (at % 20)},some text that nobody asks for\n`,
)
const json = rows(
  (at) =>
    `{"id":${at},"name":"name ${at}","score":${(at * 7919) % 1000},"note":"some text that nobody asks for"}\n`,
)
const objects = { csv, json, 'csv.gz': gzipSync(csv) }
for (const [Key, Body] of Object.entries(objects))
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))

const CSV: InputSerialization = { CSV: {} }
const JSON_LINES: InputSerialization = { JSON: { Type: 'LINES' } }
const GZIP: InputSerialization = { CSV: {}, CompressionType: 'GZIP' }
for (const [name, key, input, expression] of [
  ['csv, count', 'csv', CSV, 'SELECT COUNT(*) FROM S3Object'],
  ['csv, few selected', 'csv', CSV, 'SELECT s._2 FROM S3Object s WHERE CAST(s._3 AS INT) > 990'],
  ['csv, like', 'csv', CSV, "SELECT s._1 FROM S3Object s WHERE s._2 LIKE '%99%'"],
  ['csv, all selected', 'csv', CSV, 'SELECT * FROM S3Object'],
  ['json lines, few selected', 'json', JSON_LINES, 'SELECT s.name FROM S3Object s WHERE s.score > 990'],
  ['csv.gz, count', 'csv.gz', GZIP, 'SELECT COUNT(*) FROM S3Object'],
] as const) {
  const floor = await measured(async () => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    for await (const _ of Body as AsyncIterable<Uint8Array>);
  })
  const query = await measured(async () => {
    const { Payload } = await client.send(
      new SelectObjectContentCommand({
        Bucket: bucket,
        Key: key,
        Expression: expression,
        ExpressionType: 'SQL',
        InputSerialization: input,
        OutputSerialization: { CSV: {} },
      }),
    )
    for await (const _ of Payload ?? []);
  })
  const size = key === 'json' ? json.length : csv.length
  const rate = (seconds: number): string => (size / 1e6 / seconds).toFixed(0)
  console.log(
    `${name}: ${rate(query.seconds)} MB/s, CPU ${((query.cpu / size) * 1e9).toFixed(2)} s/GB; a GET ${rate(floor.seconds)} MB/s, CPU ${((floor.cpu / size) * 1e9).toFixed(2)} s/GB`,
  )
}
console.log(`memory ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`)

function rows(row: (at: number) => string): Buffer {
  const pieces: string[] = []
  let size = 0
  for (let at = 0; size < megabytes * 1e6; at++) {
    const text = row(at)
    size += text.length
    pieces.push(text)
  }
  return Buffer.from(pieces.join(''))
}

async function measured(
  work: () => Promise<void>,
): Promise<{ readonly seconds: number; readonly cpu: number }> {
  await work()
  const [start, cpuStart] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpuStart)
  return { seconds: (performance.now() - start) / 1e3, cpu: (user + system) / 1e6 }
}
