import type { Bench, FilledStore } from './bench.ts'
import { call, type Endpoint } from '../base/endpoint.ts'
import type { Answer } from '../floors/floor.ts'
import { fillBucket } from '../load/generators.ts'
import { RestartableHoldfast } from './restartable-holdfast.ts'

export const LARGE_BUCKET = 'large'
export const SMALL_BUCKET = 'small'
export const SMALL_BUCKET_OBJECTS = 10_000
/** More than a page of 1,000, so that a page of common prefixes is full and truncated. */
export const FOLDERS = 2000

export async function openFilledStore(bench: Bench, selfCheck: Answer): Promise<FilledStore> {
  await using starting = new AsyncDisposableStack()
  if (bench.options.selfCheck) {
    const floor = { kind: 'memory', answer: selfCheck } as const
    const endpoint = await bench.startServer(starting, floor)
    const resources = starting.move()
    const restart = async (): Promise<number> => {
      await using again = new AsyncDisposableStack()
      return await secondsOf(() => bench.startServer(again, floor))
    }
    return { endpoint, restart, [Symbol.asyncDispose]: () => resources.disposeAsync() }
  }
  const store = starting.use(await RestartableHoldfast.start(bench))
  await fillEndpoint(store.endpoint, bench.options.objects)
  starting.move()
  return store
}

export async function fillEndpoint(endpoint: Endpoint, objects: number): Promise<void> {
  for (const [bucket, count] of [
    [SMALL_BUCKET, SMALL_BUCKET_OBJECTS],
    [LARGE_BUCKET, objects],
  ] as const) {
    await call(endpoint, 'PUT', `/${bucket}`)
    const seconds = await secondsOf(() => fillBucket(endpoint, bucket, count, FOLDERS))
    console.error(`  filled ${bucket} of ${endpoint.name} with ${count} objects in ${seconds.toFixed(0)} s`)
  }
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
