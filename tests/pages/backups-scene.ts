import { mkdir, rename } from 'node:fs/promises'
import { expect } from 'vitest'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { PageRoom } from './page-room.ts'
import type { Scene } from './describe-page.ts'

/** Docs/operations.md, “Backups”: backed up, lost, restored, and one bucket brought back. */
export const backups: Scene = async (room) => {
  const body = contentOf('large', 300_000)
  await mkdir(room.at('/safe/place'), { recursive: true })
  {
    await using server = await room.serve()
    await createBucket(server, 'photos')
    await putObject(server, 'photos', 'large', body)
    await room.run('holdfast backup /backup/holdfast --data /srv/holdfast --keep 14')
    const { text } = await room.run('holdfast backup /backup/holdfast --list')
    expect(text).toMatch(/\b1\b/)
    await room.run('holdfast verify /backup/holdfast --data /srv/holdfast')
    await room.run('holdfast verify /backup/holdfast --alone')
    await room.run('holdfast verify PLACE --mend', { with: { PLACE: room.at('backup/holdfast') } })
    await intoBucket(room)
    await room.run('cp -a /srv/holdfast/root-keys /srv/holdfast/credentials.json /safe/place/')
    await standIn(room, body)
    const followed = await room.run('holdfast backup DIR --follow --keep 60', {
      with: { DIR: '/backup/holdfast' },
      more: '--data /srv/holdfast > told & until grep "Moment 2" told; do sleep 0.1; done; kill $!; wait $!',
      allowFailure: true,
    })
    expect(followed.text).toContain('Moment 2: ')
    await server.end('SIGTERM')
  }
  await rename(room.at('/srv/holdfast'), room.at('lost'))
  await room.run('holdfast restore /backup/holdfast --data /srv/holdfast')
  await room.run('cp -a /safe/place/root-keys /safe/place/credentials.json /srv/holdfast/')
  await using server = await room.runServer('holdfast serve --data /srv/holdfast')
  expect((await getObject(server, 'photos', 'large')).body.equals(body)).toBe(true)

  await rawRequest(server, { method: 'DELETE', path: '/photos/large' })
  const look =
    'holdfast restore /backup/holdfast --bucket photos --as photos-before --dry-run --data /srv/holdfast'
  expect((await room.run(look)).text).toContain('1 objects, 1 versions and 0 delete markers')
  await room.run('holdfast restore /backup/holdfast --bucket photos --as photos-before --data /srv/holdfast')
  expect((await getObject(server, 'photos-before', 'large')).body.equals(body)).toBe(true)

  await room.run('holdfast restore /backup/holdfast --data /scratch/holdfast')
  await room.run('cp -a /safe/place/root-keys /safe/place/credentials.json /scratch/holdfast/')
  await using before = await room.runServer(
    'holdfast serve --data /scratch/holdfast --address 127.0.0.1:9002 --no-console',
  )
  room.stand('http://127.0.0.1:9002', before.url)
  const { accessKeyId, secretAccessKey } = before.credentials
  await room.run(
    'holdfast import --from http://127.0.0.1:9002 --bucket photos --to photos-again --data /srv/holdfast',
    { environment: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } },
  )
  expect((await getObject(server, 'photos-again', 'large')).body.equals(body)).toBe(true)
}

async function standIn(room: PageRoom, body: Buffer): Promise<void> {
  await room.run('holdfast restore /backup/holdfast --link --data /backup/standby')
  await room.run('cp -a /safe/place/root-keys /safe/place/credentials.json /backup/standby/')
  await using standby = await room.runServer('holdfast serve --data /backup/standby')
  expect((await getObject(standby, 'photos', 'large')).body.equals(body)).toBe(true)
}

async function intoBucket(room: PageRoom): Promise<void> {
  await using other = await startServerProcess()
  await createBucket(other, 'backups')
  room.stand('https://s3.example.com', other.url)
  room.export('export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…', {
    AWS_ACCESS_KEY_ID: other.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: other.credentials.secretAccessKey,
  })
  const { text } = await room.run(
    'holdfast backup --to s3://backups/holdfast --endpoint https://s3.example.com --data /srv/holdfast --keep 14',
  )
  expect(text).toContain('Moment 1: ')
  expect(await listKeys(other, 'backups')).toContain('holdfast/moments/00000001.moment')
}
