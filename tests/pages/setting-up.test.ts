import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createBucket, getObject, listKeys } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { describePage, type Scene } from './describe-page.ts'
import { useAws } from './use-aws.ts'

const buckets: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  await using server = await room.serve()
  useAws(room, server)
  await createBucket(server, 'photos')
  const rules = JSON.stringify({ CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] })
  await room.run('aws s3api put-bucket-cors --cors-configuration', { more: `'${rules}' --bucket photos` })
  expect((await rawRequest(server, { path: '/photos', query: 'cors=' })).text).toContain('<AllowedOrigin>*<')
  const quota = { path: '/-/quotas', query: 'bucket=photos&maximumBytes=1' }
  expect((await rawRequest(server, { ...quota, method: 'PUT' })).status).toBe(200)
  await room.run('holdfast quota remove', { more: '--bucket photos --data /srv/holdfast' })
  expect((await rawRequest(server, { path: quota.path })).text).not.toContain('photos')
}

const scripts: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  const lines = ['#!/bin/sh -e', 'aws s3 mb s3://photos || true', 'aws s3 sync /fixtures s3://photos']
  const fixtures = room.at('fixtures')
  const folder = room.at('ready')
  for (const path of [fixtures, folder]) await mkdir(path)
  await writeFile(join(fixtures, 'one.txt'), 'one')
  await writeFile(join(folder, '10-buckets.sh'), lines.join('\n').replace('/fixtures', fixtures))
  room.stand('/fixtures', fixtures)
  await using server = await room.runServer('holdfast serve --ready-scripts DIR', {
    with: { DIR: folder },
    more: '--data /srv/holdfast --no-console',
  })
  await expect
    .poll(async () => (await getObject(server, 'photos', 'one.txt')).text, { timeout: 60_000 })
    .toBe('one')
  // Each line by itself does the same once more: so the script may run at every start.
  useAws(room, server)
  await writeFile(join(fixtures, 'two.txt'), 'two')
  for (const line of lines) await room.run(line)
  expect(await listKeys(server, 'photos')).toEqual(['one.txt', 'two.txt'])
}

await describePage('docs/setting-up.md', { 'Buckets, settings, objects': buckets, Scripts: scripts })
