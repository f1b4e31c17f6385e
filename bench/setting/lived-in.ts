import { call, type Endpoint } from '../base/endpoint.ts'
import { rawLoad } from '../load/generators.ts'
import type { Bench } from './bench.ts'

const BUCKET = 'life'
const OBJECT_BYTES = 2048
const CONNECTIONS = 64
const LIVES = 3

/** A Holdfast whose store was filled with small objects, lost nine of ten of them and was filled again, three times. */
export async function openLivedIn(
  bench: Bench,
  resources: AsyncDisposableStack,
  objects: number,
): Promise<Endpoint> {
  const { endpoint } = resources.use(await bench.startHoldfast(await bench.newDirectory(resources)))
  await call(endpoint, 'PUT', `/${BUCKET}`)
  for (let life = 1; life <= LIVES; life++) {
    await putAll(endpoint, objects)
    await removeMost(endpoint, objects)
    await putAll(endpoint, objects)
    console.error(`  ${endpoint.name} has lived ${life} of ${LIVES} times with ${objects} objects`)
  }
  return { ...endpoint, name: `${endpoint.name}, lived-in`, isCompared: true }
}

async function putAll(endpoint: Endpoint, objects: number): Promise<void> {
  await all(endpoint, 'PUT', objects, () => true)
}

async function removeMost(endpoint: Endpoint, objects: number): Promise<void> {
  await all(endpoint, 'DELETE', objects, (index) => index % 10 !== 0)
}

async function all(
  endpoint: Endpoint,
  method: string,
  objects: number,
  isMeant: (index: number) => boolean,
): Promise<void> {
  const requests = Array.from({ length: objects }, (_, index) => index)
    .filter(isMeant)
    .map((index) => ({ method, target: endpoint.sign(method, `/${BUCKET}/k${index}`) }))
  await rawLoad(endpoint, requests, { connections: CONNECTIONS, bodyBytes: OBJECT_BYTES })
}
