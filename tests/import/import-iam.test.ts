import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { s3Client } from '../support/s3-client.ts'
import { type ImportRoom, importRoom } from './import-room.ts'

let room: ImportRoom
beforeAll(async () => {
  room = await importRoom()
  const client = s3Client(room.target)
  for (const Bucket of ['photos', 'papers']) {
    await client.send(new CreateBucketCommand({ Bucket }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }))
  }
  client.destroy()
}, 60_000)
afterAll(() => room[Symbol.asyncDispose]())

async function archiveOf(name: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  const path = join(room.folder.path, name)
  const entries = Object.entries(files).map(([file, value]) => [
    `iam-assets/${file}`,
    new TextEncoder().encode(JSON.stringify(value)),
  ])
  await writeFile(path, zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>))
  return path
}

const photos = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::photos*'] },
  ],
}
const everything = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['admin:*'] },
    { Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] },
  ],
}
const account = {
  groups: null,
  claims: {},
  status: 'on',
  expiration: '1970-01-01T00:00:00Z',
  sessionPolicy: null,
}
/** As a MinIO of 2026 makes it. */
const FILES = {
  'policies.json': { 'photos-read': photos, consoleAdmin: everything },
  'users.json': {
    bob: { secretKey: 'bob12345', status: 'enabled' },
    ann: { secretKey: 'ann12345', status: 'enabled' },
    eve: { secretKey: 'eve12345', status: 'disabled' },
  },
  'groups.json': { readers: { version: 1, status: 'enabled', members: ['bob'] } },
  'group_mappings.json': { readers: { version: 0, policy: 'photos-read' } },
  'user_mappings.json': {
    ann: { version: 0, policy: 'consoleAdmin' },
    eve: { version: 0, policy: 'consoleAdmin' },
  },
  'svcaccts.json': {
    svcbob: { ...account, parent: 'bob', accessKey: 'svcbob', secretKey: 'svcbob1234' },
    svcann: {
      ...account,
      parent: 'ann',
      accessKey: 'svcann',
      secretKey: 'svcann1234',
      sessionPolicy: photos,
    },
    svcroot: { ...account, parent: 'adm', accessKey: 'svcroot', secretKey: 'svcroot123' },
    svcoff: { ...account, parent: 'bob', accessKey: 'svcoff', secretKey: 'svcoff1234', status: 'off' },
    svcold: {
      ...account,
      parent: 'bob',
      accessKey: 'svcold',
      secretKey: 'svcold1234',
      expiration: '2020-01-01T00:00:00Z',
    },
  },
  'stsuser_mappings.json': { 'cn=ldap': { version: 0, policy: 'consoleAdmin' } },
}

/** What a key may do: read photos, list photos, read papers, write papers. */
async function mayOf(accessKeyId: string, secretAccessKey: string): Promise<string> {
  const client = s3Client(room.target, { credentials: { accessKeyId, secretAccessKey } })
  const commands = [
    () => client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' })),
    () => client.send(new ListObjectsV2Command({ Bucket: 'photos' })),
    () => client.send(new GetObjectCommand({ Bucket: 'papers', Key: 'a' })),
    () => client.send(new PutObjectCommand({ Bucket: 'papers', Key: 'b', Body: 'b' })),
  ]
  const answers = await Promise.all(
    commands.map((send) =>
      send().then(
        () => 'yes',
        (error: unknown) => (error instanceof Error ? error.name : 'no'),
      ),
    ),
  )
  client.destroy()
  return answers.join(' ')
}

describe('holdfast import-iam', { timeout: 60_000 }, () => {
  it('brings users, groups, policies and service accounts, who sign with the keys that they have', async () => {
    const archive = await archiveOf('iam.zip', FILES)
    const run = await room.importIam(archive, '--root', 'adm')
    expect(run.stderr).toBe('')
    expect(run.text.split('\n')).toEqual([
      'DIFFERS policy consoleAdmin: this is of MinIO alone, and left out: admin:*',
      'DIFFERS service account svcold: NOT BROUGHT: it has expired',
      'DIFFERS user cn=ldap: NOT BROUGHT: it signs in by a directory or an identity provider',
      '3 users, 4 service accounts, 1 groups and 2 policies are here.',
      '',
    ])
    const photosAlone = 'yes yes AccessDenied AccessDenied'
    expect(await mayOf('bob', 'bob12345')).toBe(photosAlone)
    expect(await mayOf('svcbob', 'svcbob1234')).toBe(photosAlone)
    expect(await mayOf('ann', 'ann12345')).toBe('yes yes yes yes')
    expect(await mayOf('svcann', 'svcann1234')).toBe(photosAlone)
    expect(await mayOf('svcroot', 'svcroot123')).toBe('yes yes yes yes')
    expect(await mayOf('eve', 'eve12345')).not.toContain('yes')
    expect(await mayOf('svcoff', 'svcoff1234')).not.toContain('yes')
    expect(await mayOf('svcold', 'svcold1234')).not.toContain('yes')
    expect(await mayOf('bob', 'bob12346')).toBe(Array(4).fill('SignatureDoesNotMatch').join(' '))
  })

  it('renews secrets that changed, and leaves out whose parent is nobody', async () => {
    const archive = await archiveOf('changed.zip', {
      ...FILES,
      'users.json': { ...FILES['users.json'], bob: { secretKey: 'changed1', status: 'enabled' } },
    })
    const run = await room.importIam(archive)
    expect([run.exitCode, run.text]).toEqual([
      1,
      expect.stringContaining(
        "DIFFERS service account svcroot: NOT BROUGHT: its parent adm is no user; if that is MinIO's root user, give --root adm\n",
      ),
    ])
    expect(run.text + run.stderr).not.toMatch(/changed1|svcroot123/)
    await expect.poll(() => mayOf('bob', 'changed1')).toContain('yes yes')
    expect(await mayOf('bob', 'bob12345')).not.toContain('yes')
    expect(await mayOf('svcbob', 'svcbob1234')).toContain('yes yes')
  })

  it('refuses what is no archive of MinIO, and changes nothing', async () => {
    const other = join(room.folder.path, 'other.zip')
    await writeFile(other, zipSync({ 'photos/policy.json': new TextEncoder().encode('{}') }))
    const plain = join(room.folder.path, 'plain.zip')
    await writeFile(plain, 'no archive')
    const broken = await archiveOf('broken.zip', { 'users.json': { bob: { status: 'enabled' } } })
    const answers = await Promise.all(
      [other, plain, broken, '/nowhere.zip'].map((path) => room.importIam(path)),
    )
    expect(answers.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [2, expect.stringContaining('has no iam-assets/')],
      [2, expect.stringContaining('is no zip archive')],
      [2, expect.stringContaining('users.json: bob has no secretKey')],
      [2, expect.stringContaining('There is no file /nowhere.zip')],
    ])
  })
})
