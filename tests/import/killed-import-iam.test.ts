import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ListUsersCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { s3Client } from '../support/s3-client.ts'
import { iamClient } from '../support/identity-clients.ts'
import { importRoom } from './import-room.ts'

const USERS = 150

/** An archive of as many users as a kill may come amid of, each with a policy, a group and a service account. */
function archive(): Uint8Array {
  const names = Array.from({ length: USERS }, (_, index) => `user-${index}`)
  const each = <Value>(value: (name: string) => Value): Record<string, Value> =>
    Object.fromEntries(names.map((name) => [name, value(name)]))
  const statement = { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::listed'] }
  const files = {
    'policies.json': { lister: { Version: '2012-10-17', Statement: [statement] } },
    'users.json': each((name) => ({ secretKey: `secret-${name}`, status: 'enabled' })),
    'user_mappings.json': each(() => ({ version: 0, policy: 'lister' })),
    'groups.json': { all: { version: 1, status: 'enabled', members: names } },
    'svcaccts.json': Object.fromEntries(
      names.map((parent) => {
        const accessKey = `svc-${parent}`
        return [
          accessKey,
          { parent, accessKey, secretKey: `secret-${accessKey}`, status: 'on', sessionPolicy: null },
        ]
      }),
    ),
  }
  const entries = Object.entries(files).map(([file, value]) => [
    `iam-assets/${file}`,
    new TextEncoder().encode(JSON.stringify(value)),
  ])
  return zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>)
}

it('import-iam goes on where it was killed', { timeout: 180_000 }, async () => {
  await using room = await importRoom()
  const path = join(room.folder.path, 'many.zip')
  await writeFile(path, archive())
  const iam = iamClient(room.target)
  const root = s3Client(room.target)
  await root.send(new CreateBucketCommand({ Bucket: 'listed' }))
  const usersHere = async (): Promise<number> =>
    (await iam.send(new ListUsersCommand({ MaxItems: 1000 }))).Users?.length ?? 0
  for (const most of [0, USERS / 3, (2 * USERS) / 3]) {
    const child = spawn(process.execPath, room.iamArgumentsFor(path), { stdio: 'ignore' })
    const ended = once(child, 'exit')
    while ((await usersHere()) <= most) await delay(5)
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
  }
  const run = await room.importIam(path)
  expect([run.text, run.stderr, run.exitCode]).toEqual([
    `${USERS} users, ${USERS} service accounts, 1 groups and 1 policies are here.\n`,
    '',
    0,
  ])
  expect(await usersHere()).toBe(USERS)
  for (let index = 0; index < USERS; index++) {
    for (const accessKeyId of [`user-${index}`, `svc-user-${index}`]) {
      const credentials = { accessKeyId, secretAccessKey: `secret-${accessKeyId}` }
      const client = s3Client(room.target, { credentials })
      expect((await client.send(new ListObjectsV2Command({ Bucket: 'listed' }))).KeyCount).toBe(0)
      client.destroy()
    }
  }
  iam.destroy()
  root.destroy()
})
