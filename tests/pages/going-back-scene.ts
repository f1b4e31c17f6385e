import { mkdir } from 'node:fs/promises'
import { expect } from 'vitest'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { FORMAT_VERSION } from '../../packages/server/src/metadata/store-format.ts'
import { formatTable } from '../../packages/server/src/metadata/tables/tables.ts'
import { transact } from '../../packages/server/src/metadata/transaction.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import type { PageRoom } from './page-room.ts'
import type { Scene } from './describe-page.ts'

const RESTORE = 'holdfast restore /backup/holdfast --data /srv/holdfast'
const KEYS_BACK = 'cp -a /safe/place/root-keys /safe/place/credentials.json /srv/holdfast/'
const large = contentOf('large', 200_000)

/** What a version with a newer format would have noted in the store; this one is the older of the two then. */
async function setFormat(room: PageRoom, path: string, version: number): Promise<void> {
  await using metadata = await openLmdb({ path: `${room.at(path)}/metadata` })
  await transact(metadata, async (transaction) => transaction.put(formatTable, [], { version }))
}

/** Docs/operations.md, “Going back a version”: a store of a newer format is refused, and what was there before comes back. */
export const goingBack: Scene = async (room) => {
  await mkdir(room.at('/safe/place'), { recursive: true })
  {
    await using server = await room.serve()
    await createBucket(server, 'photos')
    for (const key of ['before', 'changed']) await putObject(server, 'photos', key, large)
    await room.run('holdfast backup /backup/holdfast --data /srv/holdfast')
    await room.run('cp -a /srv/holdfast/root-keys /srv/holdfast/credentials.json /safe/place/')
    await putObject(server, 'photos', 'changed', 'since')
    await putObject(server, 'photos', 'since', large)
    await server.end('SIGTERM')
  }
  await setFormat(room, '/srv/holdfast', FORMAT_VERSION + 1)
  await expect(room.serve()).rejects.toThrow(
    `has format ${FORMAT_VERSION + 1}; this version of Holdfast reads formats up to ${FORMAT_VERSION}`,
  )

  await room.run('mv /srv/holdfast /srv/holdfast-newer')
  await room.run(RESTORE)
  await room.run(KEYS_BACK)
  await using server = await room.runServer('holdfast serve --data /srv/holdfast')
  for (const key of ['before', 'changed'])
    expect((await getObject(server, 'photos', key)).body.equals(large)).toBe(true)
  expect((await getObject(server, 'photos', 'since')).status).toBe(404)

  await setFormat(room, '/srv/holdfast-newer', FORMAT_VERSION)
  await using newer = await room.runServer(
    'holdfast serve --data /srv/holdfast-newer --address 127.0.0.1:9100',
  )
  room.stand('http://127.0.0.1:9100', newer.url)
  const { accessKeyId, secretAccessKey } = newer.credentials
  const brought = await room.run('holdfast import --from http://127.0.0.1:9100 --data /srv/holdfast', {
    environment: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  })
  expect(brought.text).toMatch(/Both sides are the same\.\n$/)
  expect((await getObject(server, 'photos', 'since')).body.equals(large)).toBe(true)
  expect((await getObject(server, 'photos', 'changed')).text).toBe('since')
}
