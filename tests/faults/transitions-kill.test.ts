import { expect, it } from 'vitest'
import { ALL, lifecycleDocument, rule } from '../conformance/lifecycle/lifecycle-room.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { referenceChecksum } from '../support/reference-checksums.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

it(
  'killed in the middle of transitions: every object is whole, in one class or the other',
  { timeout: 90_000 },
  async () => {
    await using data = await temporaryDirectory()
    await using other = await temporaryDirectory()
    const config = {
      storageClasses: [{ name: 'COLD', directory: other.path, compression: 'zstd' }],
      testing: { enabled: true, dayLengthSeconds: 1, processTimeoutSeconds: 1 },
    }
    const count = 60
    const body = contentOf('body', 400_000)
    const rules = lifecycleDocument(
      rule(`${ALL}<Transition><Days>1</Days><StorageClass>COLD</StorageClass></Transition>`),
    )
    const moved = async (server: Parameters<typeof getObject>[0]): Promise<number> => {
      const { text: xml } = await rawRequest(server, { path: '/moving', query: 'list-type=2' })
      return xmlTexts(xml, 'StorageClass').filter((name) => name === 'COLD').length
    }
    {
      await using one = await startServerProcess({ dataDirectory: data.path, config })
      await createBucket(one, 'moving')
      for (let at = 0; at < count; at++) await putObject(one, 'moving', `k${at}`, body)
      const headers = { 'content-md5': referenceChecksum('MD5', rules) }
      await rawRequest(one, { method: 'PUT', path: '/moving', query: 'lifecycle=', headers, body: rules })
      await expect.poll(() => moved(one), { timeout: 30_000, interval: 5 }).toBeGreaterThan(3)
      await one.end('SIGKILL')
    }
    await using two = await startServerProcess({ dataDirectory: data.path, config })
    for (let at = 0; at < count; at++) {
      expect((await getObject(two, 'moving', `k${at}`)).body.equals(body)).toBe(true)
    }
    await expect.poll(() => moved(two), { timeout: 40_000, interval: 200 }).toBe(count)
    expect((await getObject(two, 'moving', 'k0')).body.equals(body)).toBe(true)
  },
)
