import { expect, it } from 'vitest'
import { systemDisk } from '../base/disk.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { ConfigError } from './config-error.ts'
import { readCertificateAuthority, readRemoteCredentials } from './remote-credentials.ts'

const where = 'replication.destinations, arn:aws:s3:::oslo'
const named = (access: object) => ({ setting: where, access })
const key = { accessKeyId: 'AKIAOSLO', secretAccessKey: 'never-to-be-told' }

async function problemOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.catch((caught: unknown) => caught)
  if (!(error instanceof ConfigError)) throw new Error('it is no ConfigError', { cause: error })
  expect(error.message).not.toContain(key.secretAccessKey)
  return error.problems.map(({ path, message }) => `${path}: ${message}`).join()
}

it('has the key of the config, of a file, or of the environment', async () => {
  await using folder = await temporaryDirectory()
  const file = `[default]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key=${key.secretAccessKey}\n`
  await writeFile(join(folder.path, 'oslo'), `${file}[other]\naws_access_key_id = only-half\n`)
  const read = (more: object, variables = {}) =>
    readRemoteCredentials(systemDisk, named(more), folder.path, variables)
  expect(await read({ accessKey: key })).toEqual(key)
  expect(await read({ credentialsFile: 'oslo' })).toMatchObject(key)
  const variables = { OSLO_ACCESS_KEY_ID: key.accessKeyId, OSLO_SECRET_ACCESS_KEY: key.secretAccessKey }
  const session = { ...variables, OSLO_SESSION_TOKEN: 'a-token' }
  expect(await read({ environment: 'OSLO' }, session)).toEqual({ ...key, sessionToken: 'a-token' })
  expect(await problemOf(read({ credentialsFile: 'none' }))).toBe(`${where}: none cannot be read (ENOENT)`)
  const other = read({ credentialsFile: 'oslo', profile: 'other' })
  expect(await problemOf(other)).toBe(`${where}: oslo has no key of the profile other`)
  expect(await problemOf(read({ environment: 'BERGEN' }, session))).toContain('BERGEN_ACCESS_KEY_ID')
})

it('takes certificates alone for those that are trusted', async () => {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'key.pem'), '-----BEGIN PRIVATE KEY-----')
  const read = (certificateAuthorityFile: string) =>
    readCertificateAuthority(systemDisk, named({ certificateAuthorityFile }), folder.path)
  expect(await problemOf(read('key.pem'))).toContain('key.pem has no certificate')
  expect(await problemOf(read('none.pem'))).toContain('none.pem cannot be read (ENOENT)')
  expect(await readCertificateAuthority(systemDisk, named({}), folder.path)).toBeUndefined()
})
