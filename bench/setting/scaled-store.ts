import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { call } from '../base/endpoint.ts'
import { keyOf } from '../load/key-of.ts'
import type { Bench } from './bench.ts'
import { FOLDERS, LARGE_BUCKET, secondsOf } from './filled-store.ts'
import { RestartableHoldfast } from './restartable-holdfast.ts'
import { INLINE_BYTES, openStoreOf, RowWriter } from './rows.ts'

/** A store whose objects are written past the server: by requests, millions would take hours. */
export async function openScaledStore(bench: Bench, objects: number): Promise<RestartableHoldfast> {
  await using starting = new AsyncDisposableStack()
  const store = starting.use(await RestartableHoldfast.start(bench))
  await call(store.endpoint, 'PUT', `/${LARGE_BUCKET}`)
  await store.restart(async () => {
    const seconds = await secondsOf(() => fill(store.directory, objects))
    const { size } = await stat(join(store.directory, 'data', 'metadata', 'data.mdb'))
    console.error(
      `  wrote ${objects} objects in ${seconds.toFixed(0)} s, ${Math.round(size / objects)} bytes of disk each`,
    )
  })
  starting.move()
  return store
}

async function fill(directory: string, objects: number): Promise<void> {
  await using store = await openStoreOf(directory)
  await using rows = await RowWriter.open(store, LARGE_BUCKET)
  for (let index = 0; index < objects; index++)
    await rows.object(keyOf(index, FOLDERS), INLINE_BYTES, Date.UTC(2026, 0, 1))
}
