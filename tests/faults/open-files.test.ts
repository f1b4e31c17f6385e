import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const bucket = 'open-files'
const bytes = contentOf('open files', 300_000)

let cleanup: AsyncDisposableStack
beforeEach(() => {
  cleanup = new AsyncDisposableStack()
})
afterEach(() => cleanup.disposeAsync())

describe('when as many files are open as may be', () => {
  it.each(['EMFILE', 'ENFILE'])('%s: objects are SlowDown, and there again afterwards', async (code) => {
    const folder = cleanup.use(await temporaryDirectory())
    const disk = new FaultyDisk(systemDisk)
    const server = cleanup.use(await startTestServer({ dataDirectory: folder.path, disk }))
    await createBucket(server, bucket)
    await putObject(server, bucket, 'k', bytes)
    const ends = (['openForRead', 'create'] as const).map((operation) => disk.inject({ operation, code }))
    const get = await getObject(server, bucket, 'k')
    expect([get.status, get.errorCode]).toEqual([503, 'SlowDown'])
    const put = await rawRequest(server, { method: 'PUT', path: `/${bucket}/other`, body: bytes })
    expect([put.status, put.errorCode]).toEqual([503, 'SlowDown'])
    for (const end of ends) end()
    expect((await getObject(server, bucket, 'k')).body.equals(bytes)).toBe(true)
  })
})

describe.skipIf(process.platform !== 'linux')('a process with few of them', () => {
  it('says so, takes fewer connections than that, and never answers 500', async () => {
    const server = cleanup.use(await startServerProcess({ openFiles: 200 }))
    expect(server.output()).toContain('few files may be open at once')
    await createBucket(server, bucket)
    await putObject(server, bucket, 'k', bytes)
    const taken: RawConnection[] = []
    for (let count = 0; count < 300; count++) {
      taken.push(cleanup.use(await RawConnection.open(server.port)))
    }
    await expect.poll(() => taken.filter(({ closed }) => closed).length).toBeGreaterThan(220)
    for (const connection of taken.slice(0, 10)) connection[Symbol.dispose]()
    await expect.poll(async () => (await statusOf('GET')) ?? 0).toBe(200)
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => statusOf(n % 2 ? 'GET' : 'PUT')))
    for (const status of answers) expect([200, 503, undefined]).toContain(status)
    expect(answers).toContain(200)

    /** `undefined` where the connection was not taken. */
    async function statusOf(method: string): Promise<number | undefined> {
      const request = { method, path: `/${bucket}/k`, ...(method === 'PUT' && { body: bytes }) }
      return rawRequest(server, request).then(
        ({ status }) => status,
        () => undefined,
      )
    }
  })
})
