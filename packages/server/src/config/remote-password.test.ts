import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { systemDisk } from '../base/disk.ts'
import { ConfigError } from './config-error.ts'
import { type RemotePassword, readRemotePassword } from './remote-password.ts'

it('reads a password from the config, a file of the data folder, or the environment', async () => {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'password'), 'of a file\n')
  await writeFile(join(folder.path, 'empty'), '\n')
  const read = (access: RemotePassword): Promise<unknown> =>
    readRemotePassword(systemDisk, { setting: 'kafka', access }, folder.path, {
      EVENTS_PASSWORD: 'of it',
    }).catch((error: unknown) => (error instanceof ConfigError ? error.problems : error))
  expect(await read({ password: ' as it is ' })).toBe(' as it is ')
  expect(await read({ passwordFile: 'password' })).toBe('of a file')
  expect(await read({ environment: 'EVENTS' })).toBe('of it')
  expect(await read({ environment: 'OTHER' })).toEqual([
    { path: 'kafka', message: 'OTHER_PASSWORD is not set' },
  ])
  expect(await read({ passwordFile: 'empty' })).toEqual([{ path: 'kafka', message: 'empty is empty' }])
  expect(await read({ passwordFile: 'none' })).toEqual([
    { path: 'kafka', message: 'none cannot be read (ENOENT)' },
  ])
})
