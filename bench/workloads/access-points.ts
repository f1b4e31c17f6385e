import { call } from '../base/endpoint.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import { cpuRatioOf, ratioOf } from '../setting/checks.ts'
import { BUCKET, contender, haveBucket } from '../setting/contenders.ts'
import { ACCOUNT_ID } from '../setting/holdfast.ts'
import type { Workload } from '../setting/workload.ts'

const CONNECTIONS = 64
const OBJECTS = 1000
const SMALL_BYTES = 1024
const LIMIT = 0.95
const NAMESPACE = 'http://awss3control.amazonaws.com/doc/2018-08-20/'

export const get1kAccessPoint: Workload = {
  name: 'get-1k-access-point',
  about: `GET of 1 KiB by an access point, ${CONNECTIONS} connections; floor: the same objects by the name of their bucket`,
  measure: 'requests',
  async prepare(bench, resources) {
    const directory = await bench.newDirectory(resources)
    const { endpoint } = resources.use(await bench.startHoldfast(directory))
    await haveBucket(endpoint)
    const requests = (method: string, bucket: string) =>
      Array.from({ length: OBJECTS }, (_, index) => ({
        method,
        target: endpoint.sign(method, `/${bucket}/k${index}`),
      }))
    await rawLoad(endpoint, requests('PUT', BUCKET), { connections: 16, bodyBytes: SMALL_BYTES })
    const alias = bench.options.selfCheck ? BUCKET : await makeAccessPoint(endpoint)
    return Object.entries({ 'by bucket': BUCKET, 'by access point': alias }).map(([name, bucket]) => {
      const reads = requests('GET', bucket)
      return contender({ ...endpoint, name }, (_round, seconds) =>
        smallLoad(endpoint, reads, seconds, { connections: CONNECTIONS }),
      )
    })
  },
  checks(results) {
    const [bucket, point] = results
    const cpu = bucket && point && cpuRatioOf(point, bucket)
    return [
      { what: 'of the rate by bucket', figure: ratioOf(point, bucket), limit: LIMIT, sense: 'at least' },
      { what: 'CPU by bucket of it', figure: cpu ?? NaN, limit: LIMIT, sense: 'at least' },
    ]
  },
}

/** The alias of a new one. */
async function makeAccessPoint(endpoint: Parameters<typeof call>[0]): Promise<string> {
  const body = `<CreateAccessPointRequest xmlns="${NAMESPACE}"><Bucket>${BUCKET}</Bucket></CreateAccessPointRequest>`
  const headers = { 'x-amz-account-id': ACCOUNT_ID }
  const made = await call(endpoint, 'PUT', '/v20180820/accesspoint/bench', {}, body, headers)
  return /<Alias>([^<]*)</.exec(await made.text())?.[1] ?? ''
}
