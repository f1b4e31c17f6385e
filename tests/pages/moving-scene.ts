import { cp, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { postgresqlPrograms, startPostgresql, urlOf } from '../support/postgresql-cluster.ts'
import { skip } from '../support/require-command.ts'
import { mainAccount } from '../support/accounts.ts'
import type { Scene } from './describe-page.ts'

/** Docs/operations.md, “Moving to other engines”: into a database, and back. */
export const moving: Scene = async (room, context) => {
  if (postgresqlPrograms() === undefined) skip(context, 'PostgreSQL is not installed')
  await using cluster = await startPostgresql()
  const metadata = { engine: 'postgresql', url: urlOf(await cluster.newDatabase()) }
  const body = contentOf('large', 300_000)
  {
    await using server = await room.serve()
    await createBucket(server, 'photos')
    await putObject(server, 'photos', 'large', body)
    await server.end('SIGTERM')
  }
  await writeFile(room.at('/srv/database.json'), JSON.stringify({ accounts: [mainAccount], metadata }))
  await room.run('mkdir -p /srv/shared')
  await room.run('cp -a /srv/holdfast/root-keys /srv/shared/')
  const there = await room.run(
    'holdfast copy-store --from-data /srv/holdfast --to /srv/database.json --to-data /srv/shared',
  )
  expect(there.text).toMatch(/ rows, the same on both sides: .*\n1 blobs, 300\.1 KB, read back/)
  await cp(room.at('/srv/shared/root-keys'), room.at('/srv/again/root-keys'), { recursive: true })
  await cp(room.at('/srv/holdfast/credentials.json'), room.at('/srv/again/credentials.json'))
  await room.run('holdfast copy-store --from /srv/database.json --from-data /srv/shared --to-data /srv/again')
  const { text } = await room.run('holdfast workers', { more: '--data /srv/again' })
  expect(text).toContain('worker')
  await using server = await room.serve('/srv/again')
  expect((await getObject(server, 'photos', 'large')).body.equals(body)).toBe(true)
}
