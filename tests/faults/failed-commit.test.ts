import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { smallDisk } from './small-disk.ts'

const MIB = 2 ** 20
const refused = [503, 'ServiceUnavailable']

it(
  'a disk that turns read-only serves reads, refuses writes and says so',
  { timeout: 60_000 },
  async (context) => {
    await using disk = await smallDisk(context, 'ext4', 64 * MIB)
    const options = {
      dataDirectory: join(disk.path, 'data'),
      config: { storage: { reserveMegabytes: 4 } },
    }
    await using server = await startServerProcess(options)
    const bucket = await createBucket(server, 'read-only')
    await putObject(server, bucket, 'small', contentOf('small', 1000))
    await putObject(server, bucket, 'large', contentOf('large', MIB))
    await disk.fail()

    for (const sizeBytes of [1000, MIB, 1000, MIB]) {
      const put = await rawRequest(server, {
        method: 'PUT',
        path: `/${bucket}/k`,
        body: contentOf('k', sizeBytes),
      })
      expect([put.status, put.errorCode]).toEqual(refused)
    }
    const remove = await rawRequest(server, { method: 'DELETE', path: `/${bucket}/small` })
    expect([remove.status, remove.errorCode]).toEqual(refused)
    expect((await getObject(server, bucket, 'small')).body.equals(contentOf('small', 1000))).toBe(true)
    expect((await getObject(server, bucket, 'large')).body.equals(contentOf('large', MIB))).toBe(true)
    expect((await getObject(server, bucket, 'k')).status).toBe(404)
    const ready = async (): Promise<string> => (await fetch(`${server.url}/-/ready`)).text()
    await expect
      .poll(ready, { timeout: 15_000 })
      .toContain('disk-metadata: the disk of the metadata is read-only: writes are refused')
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(503)
    expect((await getObject(server, bucket, 'small')).body.equals(contentOf('small', 1000))).toBe(true)
    expect(await server.end('SIGTERM')).toEqual({ exitCode: 0, signal: null })
  },
)
