import { hash } from 'node:crypto'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { FaultyStore } from './faulty-store.ts'

const bucket = 'held'
const body = contentOf('held', 200_000)

async function start(dataDirectory: string) {
  const disk = new FaultyDisk(systemDisk)
  const stores: FaultyStore[] = []
  const server = await startTestServer({
    dataDirectory,
    disk,
    storageClasses: [{ name: 'COLD', directory: 'cold' }],
    wrapMetadata(store) {
      const faulty = new FaultyStore(store)
      stores.push(faulty)
      return faulty
    },
  })
  await createBucket(server, bucket)
  await putObject(server, bucket, 'k', body)
  return { server, disk, store: stores[0] }
}

/** Nothing holds the object: its file is closed, and its bytes go with it. */
async function expectLetGo(
  { server, disk }: Awaited<ReturnType<typeof start>>,
  dataDirectory: string,
): Promise<void> {
  await vi.waitUntil(() => disk.openFilesBesideLmdb === 0)
  expect((await rawRequest(server, { method: 'DELETE', path: `/${bucket}/k` })).status).toBe(204)
  await server.settle()
  expect(await blobFiles(dataDirectory)).toEqual([])
}

it('a copy that cannot be begun on its disk lets go of its source', async () => {
  await using folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  const started = await start(dataDirectory)
  await using server = started.server
  started.disk.inject({ operation: 'create', code: 'ENOSPC', path: /\/cold\// })
  const source = { 'x-amz-copy-source': `/${bucket}/k` }
  const headers = { ...source, 'x-amz-storage-class': 'COLD' }
  const copied = await rawRequest(server, { method: 'PUT', path: `/${bucket}/copy`, headers })
  expect([copied.status, copied.errorCode]).toEqual([503, 'ServiceUnavailable'])
  const begun = await rawRequest(server, {
    method: 'POST',
    path: `/${bucket}/copy`,
    query: 'uploads',
    headers: { 'x-amz-storage-class': 'COLD' },
  })
  const query = `partNumber=1&uploadId=${xmlTexts(begun.text, 'UploadId')[0]}`
  const part = await rawRequest(server, { method: 'PUT', path: `/${bucket}/copy`, query, headers: source })
  expect([part.status, part.errorCode]).toEqual([503, 'ServiceUnavailable'])
  await expectLetGo(started, dataDirectory)
})

it('a GET whose headers cannot be made lets go of its object', async () => {
  await using folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  const started = await start(dataDirectory)
  await using server = started.server
  const rule =
    '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>9</Days></Expiration></Rule>'
  const document = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`
  const configured = await rawRequest(server, {
    method: 'PUT',
    path: `/${bucket}`,
    query: 'lifecycle',
    headers: { 'content-md5': hash('md5', document, 'base64') },
    body: document,
  })
  expect(configured.status).toBe(200)
  if (started.store) started.store.readsOf = 'lifecycle'
  expect((await rawRequest(server, { path: `/${bucket}/k` })).status).toBe(500)
  if (started.store) started.store.readsOf = undefined
  expect((await getObject(server, bucket, 'k')).body.equals(body)).toBe(true)
  await expectLetGo(started, dataDirectory)
})
