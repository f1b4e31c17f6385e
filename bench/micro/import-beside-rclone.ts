/**
 * How fast `holdfast import` brings small objects from another server on this machine, beside `rclone sync` with its best
 * settings. In turns, into new buckets each time: the median of the ratios counts. `OBJECTS` and `ROUNDS` say how many.
 */
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { importRoom } from '../../tests/import/import-room.ts'
import { inParallel } from '../../packages/server/src/import/parallel.ts'
import { testRegion } from '../../tests/support/accounts.ts'
import { contentOf } from '../../tests/support/content.ts'
import { runCommand } from '../../tests/support/run-command.ts'
import { s3Client } from '../../tests/support/s3-client.ts'
import { startServerProcess } from '../../tests/support/server-process.ts'

const OBJECTS = Number(process.env['OBJECTS'] ?? 10_000)
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const TIMEOUT_MILLISECONDS = 3_600_000

await using source = await startServerProcess()
await using room = await importRoom({ timeoutMilliseconds: TIMEOUT_MILLISECONDS })
const there = s3Client(source)
const here = s3Client(room.target)
const Body = contentOf('small', 4096)
await there.send(new CreateBucketCommand({ Bucket: 'small' }))
async function* numbers(): AsyncGenerator<number> {
  for (let number = 0; number < OBJECTS; number++) yield number
}
await inParallel(numbers(), 64, async (number) => {
  await there.send(new PutObjectCommand({ Bucket: 'small', Key: `${number % 100}/${number}`, Body }))
})

function remote(name: string, { url, credentials }: typeof source): Record<string, string> {
  return {
    [`RCLONE_CONFIG_${name}_TYPE`]: 's3',
    [`RCLONE_CONFIG_${name}_PROVIDER`]: 'Other',
    [`RCLONE_CONFIG_${name}_ENDPOINT`]: url,
    [`RCLONE_CONFIG_${name}_REGION`]: testRegion,
    [`RCLONE_CONFIG_${name}_ACL`]: 'bucket-owner-full-control',
    [`RCLONE_CONFIG_${name}_ACCESS_KEY_ID`]: credentials.accessKeyId,
    [`RCLONE_CONFIG_${name}_SECRET_ACCESS_KEY`]: credentials.secretAccessKey,
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const BEST = [
  '--fast-list',
  '--checksum',
  '--s3-no-head',
  '--s3-no-check-bucket',
  '--transfers',
  '64',
  '--checkers',
  '64',
]
const environment = {
  HOME: room.folder.path,
  RCLONE_CONFIG: '/nowhere',
  ...remote('THERE', source),
  ...remote('HERE', room.target),
}

async function byRclone(bucket: string): Promise<void> {
  await here.send(new CreateBucketCommand({ Bucket: bucket }))
  await runCommand('rclone', ['sync', 'there:small', `here:${bucket}`, ...BEST], {
    environment,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  })
}

async function byImport(bucket: string): Promise<void> {
  const { exitCode, text, stderr } = await room.import(source, '--bucket', 'small', '--to', bucket)
  if (exitCode !== 0) throw new Error(`${text}${stderr}`)
}

const ratios: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const rclone = await seconds(() => byRclone(`rclone-${round}`))
  const own = await seconds(() => byImport(`import-${round}`))
  ratios.push(rclone / own)
  const rate = (time: number): string => `${Math.round(OBJECTS / time)}/s`
  console.log(`rclone ${rate(rclone)}, import ${rate(own)}, ratio ${(rclone / own).toFixed(2)}`)
}
console.log(`median ratio ${ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)]?.toFixed(2)}`)
there.destroy()
here.destroy()
