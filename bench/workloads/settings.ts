import { join } from 'node:path'
import { rawLoad, smallLoad } from '../load/generators.ts'
import type { Bench } from '../setting/bench.ts'
import { cpuRatioOf, ratioOf } from '../setting/checks.ts'
import { BUCKET, contender, haveBucket } from '../setting/contenders.ts'
import type { Contender, Workload } from '../setting/workload.ts'

const CONNECTIONS = 64
const OBJECTS = 1000
const SMALL_BYTES = 1024

export const get1kAudited: Workload = {
  name: 'get-1k-audited',
  about: `GET of 1 KiB, ${CONNECTIONS} connections, every request told of in the audit log; floor: the same server without one`,
  measure: 'requests',
  prepare: (bench, resources) =>
    withSettings(bench, resources, {
      'no audit log': () => ({}),
      'audit log': (directory) => ({ auditLog: { directory: join(directory, 'audit') } }),
    }),
  checks: (results) => checksOf(results, 0.9),
}

export const get1kLimited: Workload = {
  name: 'get-1k-limited',
  about: `GET of 1 KiB, ${CONNECTIONS} connections, with rates and shares that refuse nobody; floor: the same server without`,
  measure: 'requests',
  prepare: (bench, resources) =>
    withSettings(bench, resources, {
      'no limits': () => ({}),
      limits: () => ({
        rates: { eachAccount: { requestsPerSecond: 1e9, megabytesPerSecond: 1e6 }, requestsAtOnce: 1000 },
      }),
    }),
  checks: (results) => checksOf(results, 0.9),
}

function checksOf(results: Parameters<NonNullable<Workload['checks']>>[0], limit: number) {
  const [without, other] = results
  const cpu = without && other && cpuRatioOf(other, without)
  return [
    { what: 'of the rate without', figure: ratioOf(other, without), limit, sense: 'at least' } as const,
    { what: 'CPU without of it', figure: cpu ?? NaN, limit, sense: 'at least' } as const,
  ]
}

/** A server for each of several settings, by name; all have the same objects. */
async function withSettings(
  bench: Bench,
  resources: AsyncDisposableStack,
  settings: Readonly<Record<string, (directory: string) => object>>,
): Promise<Contender[]> {
  const contenders: Contender[] = []
  for (const [name, settingsIn] of Object.entries(settings)) {
    const directory = await bench.newDirectory(resources)
    const held = bench.options.selfCheck ? {} : settingsIn(directory)
    const { endpoint } = resources.use(await bench.startHoldfast(directory, { settings: held }))
    await haveBucket(endpoint)
    const requests = (method: string) =>
      Array.from({ length: OBJECTS }, (_, index) => ({
        method,
        target: endpoint.sign(method, `/${BUCKET}/k${index}`),
      }))
    await rawLoad(endpoint, requests('PUT'), { connections: 16, bodyBytes: SMALL_BYTES })
    const reads = requests('GET')
    contenders.push(
      contender({ ...endpoint, name }, (_round, seconds) =>
        smallLoad(endpoint, reads, seconds, { connections: CONNECTIONS }),
      ),
    )
  }
  return contenders
}
