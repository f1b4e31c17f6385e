import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer } from '../../packages/server/src/start-server.ts'
import { createBucket, putObject } from '../../tests/support/buckets.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'

// What objects of 100 bytes take on disk, all in all, by rounds: keys of 22 bytes, written by 100 clients at once.
// `node bench/micro/space.ts [rounds]`
const ROUNDS = Number(process.argv[2] ?? 4)
const OBJECTS = 20_000
const CLIENTS = 100
const body = Buffer.alloc(100, 'x')

await using folder = await temporaryDirectory()
await using server = await startServer({ dataDirectory: folder.path })
const bucket = await createBucket(server, 'space')
const keys = Array.from(
  { length: ROUNDS * OBJECTS },
  (_, at) => `key-${String(at).padStart(18, '0')}`,
).values()
let before = 0
for (let round = 0; round < ROUNDS; round++) {
  const ofRound = keys.take(OBJECTS)
  const put = async (): Promise<void> => {
    for (const key of ofRound) await putObject(server, bucket, key, body)
  }
  await Promise.all(Array.from({ length: CLIENTS }, put))
  const { size } = await stat(join(folder.path, 'metadata', 'data.mdb'))
  console.log(
    `${(round + 1) * OBJECTS} objects: ${size} bytes, ${Math.round((size - before) / OBJECTS)} for each new one`,
  )
  before = size
}
