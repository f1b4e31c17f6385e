import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { mountOf } from './mounts.ts'

it('tells the file system that holds a path, through links, whatever is mounted beside it', async () => {
  await using folder = await temporaryDirectory()
  const at = (name: string): string => join(folder.path, name)
  for (const name of ['data', 'data of mine', 'data2', 'data/deep']) await mkdir(at(name))
  await symlink(at('data of mine'), at('link'))
  const table = at('mountinfo')
  const lines = [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro',
    `40 22 0:40 / ${at('data')} rw - xfs /dev/sdb rw`,
    `41 22 0:41 / ${at('data').replaceAll(' ', '\\040')}\\040of\\040mine rw,noatime - nfs4 host:/share rw,vers=4.2`,
    `42 22 0:42 / ${at('data')} ro - ext4 /dev/sdc rw,nobarrier`,
  ]
  await writeFile(table, `${lines.join('\n')}\n`)
  const kinds = async (name: string): Promise<string | undefined> => (await mountOf(at(name), table))?.kind
  expect(await kinds('data2')).toBe('ext4')
  expect(await kinds('link')).toBe('nfs4')
  // The later of two on one point hides the other.
  expect(await mountOf(at('data/deep'), table)).toMatchObject({
    kind: 'ext4',
    options: ['ro', 'rw', 'nobarrier'],
  })
  expect(await mountOf(at('data'), at('no-such-table'))).toBeUndefined()
})
