import { expect, it } from 'vitest'
import { createBucket, putObject } from '../../support/buckets.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const TOKEN = 'a-token-of-the-metrics'

async function metricsOf(server: Awaited<ReturnType<typeof startTestServer>>): Promise<string[]> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const answer = await fetch(`${server.url}/-/metrics`, { headers })
  const text = await answer.text()
  return text.split('\n').filter((line) => /^holdfast_(bucket|uncounted)_/.test(line))
}

it('tells what the largest buckets hold, and all others together', async () => {
  await using server = await startTestServer({ metricsToken: TOKEN, metrics: { buckets: 2 } })
  for (const [index, name] of ['smallest', 'largest', 'middle', 'small'].entries()) {
    const bucket = await createBucket(server, `metrics-${name}`)
    await putObject(server, bucket, 'k', Buffer.alloc([1, 40_000, 300, 20][index] ?? 0))
  }
  const lines = await metricsOf(server)
  expect(lines.filter((line) => line.startsWith('holdfast_bucket_bytes'))).toEqual([
    'holdfast_bucket_bytes{bucket="metrics-largest"} 40000',
    'holdfast_bucket_bytes{bucket="metrics-middle"} 300',
    'holdfast_bucket_bytes{bucket="(others)"} 21',
  ])
  expect(lines).toContain('holdfast_bucket_objects{bucket="(others)"} 2')
  expect(lines).toContain('holdfast_bucket_versions{bucket="metrics-largest"} 1')
  expect(lines).toContain('holdfast_uncounted_buckets 0')
})

it('names no bucket to those who need no token, unless the config wants it', async () => {
  for (const buckets of [undefined, 5]) {
    await using server = await startTestServer({ metrics: { buckets } })
    const bucket = await createBucket(server, 'secret-name')
    const body = '<MetricsConfiguration><Id>all</Id></MetricsConfiguration>'
    await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'id=all&metrics=', body })
    await putObject(server, bucket, 'k', 'abc')
    const lines = await metricsOf(server)
    expect(lines.some((line) => line.includes('secret-name'))).toBe(buckets === 5)
    expect(lines.some((line) => line.startsWith('holdfast_bucket_requests_total{'))).toBe(buckets === 5)
    expect(lines).toContain(`holdfast_bucket_bytes{bucket="${buckets === 5 ? 'secret-name' : '(others)'}"} 3`)
  }
})

it('tells how full the disks are', async () => {
  await using folder = await temporaryDirectory()
  await using server = await startTestServer({
    dataDirectory: folder.path,
    storage: { reserveMegabytes: 5 },
  })
  const { text } = await rawRequest(server, { path: '/-/metrics' })
  for (const place of ['metadata', 'blobs']) {
    const [size = 0, free = 0, reserve = 0] = ['size', 'free', 'reserve'].map((what) =>
      Number(new RegExp(`^holdfast_disk_${what}_bytes\\{place="${place}"\\} (\\d+)$`, 'm').exec(text)?.[1]),
    )
    expect(reserve).toBe(5 * 2 ** 20)
    expect(size).toBeGreaterThan(free)
    expect(free).toBeGreaterThan(0)
  }
})
