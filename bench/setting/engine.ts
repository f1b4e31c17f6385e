import { join } from 'node:path'
import { urlOf } from '../../tests/support/postgresql-cluster.ts'
import { startChild } from '../base/child.ts'
import { type Endpoint, endpointAt, LOCAL_KEYS } from '../base/endpoint.ts'
import type { EngineName } from '../base/engine-names.ts'
import type { Bench } from './bench.ts'

/** Holdfast on an engine, in as many nodes as wanted; several are behind a proxy that hands out connections by turns. */
export async function startOnEngine(
  bench: Bench,
  resources: AsyncDisposableStack,
  engine: EngineName,
  nodes = 1,
): Promise<Endpoint> {
  const directory = await bench.newDirectory(resources)
  const blobs =
    engine === 'ceph'
      ? { engine, ...(await bench.newNamespace()) }
      : { engine: 'files', directory: join(await bench.newDirectory(resources), 'blobs') }
  const metadata =
    engine === 'postgresql' ? { engine, url: urlOf(await bench.newDatabase()) } : { engine: 'lmdb' }
  const started: Endpoint[] = []
  for (let node = 0; node < nodes; node++) {
    const running = await bench.startHoldfast(directory, { settings: { metadata, blobs } })
    started.push(resources.use(running).endpoint)
  }
  const [first] = started
  if (!first) throw new Error('no node was started')
  if (nodes === 1) return { ...first, name: engine }
  const ports = started.map(({ port }) => port)
  const proxy = resources.use(await startChild<number>('../load/proxy-process.ts', ports))
  const endpoint = endpointAt(`${nodes} nodes`, '127.0.0.1', proxy.answer, LOCAL_KEYS)
  return { ...endpoint, nodes: started.flatMap(({ pid }) => (pid === undefined ? [] : [pid])) }
}
