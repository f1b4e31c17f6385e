import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../../tests/support/temporary-directory.ts'
import { assertOwnUser } from './assert-own-user.ts'

it('what writes into a store runs as the user of its servers', async () => {
  await using folder = await temporaryDirectory()
  const config = { metadata: { engine: 'lmdb' } } as const
  // Nothing is there yet, so it belongs to whoever makes it.
  await assertOwnUser(folder.path, config, 4711)
  await mkdir(join(folder.path, 'metadata'))
  const path = join(folder.path, 'metadata', 'data.mdb')
  await writeFile(path, '')
  const { uid } = await stat(path)
  await assertOwnUser(folder.path, config, uid)
  await assertOwnUser(folder.path, config)
  await expect(assertOwnUser(folder.path, config, uid + 1)).rejects.toThrow(
    `Run it as the user of the server: sudo -u '#${uid}' holdfast`,
  )
})
