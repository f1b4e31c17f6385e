import { readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { holdfast } from './damaged-folder.ts'

const BUCKET = 'elsewhere'
const large = contentOf('large', 300_000)

it('blobs may be in a folder apart from the data folder, which has to be there', async () => {
  await using folder = await temporaryDirectory()
  const [data, mounted, away] = ['data', 'mounted', 'away'].map((name) => join(folder.path, name))
  if (!data || !mounted || !away) throw new Error('three paths')
  const blobs = { engine: 'files', directory: mounted } as const
  {
    await using server = await startTestServer({ dataDirectory: data, blobs })
    await createBucket(server, BUCKET)
    await putObject(server, BUCKET, 'large', large)
  }
  expect(await readdir(data)).not.toContain('blobs')
  expect(await readdir(mounted)).toContain('store.json')

  await rename(mounted, away)
  const missing = startTestServer({ dataDirectory: data, blobs })
  await expect(missing).rejects.toThrow(`${mounted} is missing`)
  const other = startTestServer({
    dataDirectory: join(folder.path, 'other'),
    blobs: { ...blobs, directory: away },
  })
  await expect(other).rejects.toThrow('belongs to another store')
  await rename(away, mounted)

  await using server = await startTestServer({ dataDirectory: data, blobs })
  expect((await getObject(server, BUCKET, 'large')).body.equals(large)).toBe(true)
})

it(
  'commands find them by the config, and a backup comes back into such a folder',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const [data, backup, restored] = ['data', 'backup', 'restored'].map((name) => join(folder.path, name))
    if (!data || !backup || !restored) throw new Error('three paths')
    const directory = '../mounted'
    {
      await using server = await startTestServer({
        dataDirectory: data,
        blobs: { engine: 'files', directory },
      })
      await createBucket(server, BUCKET)
      await putObject(server, BUCKET, 'large', large)
    }
    const config = join(folder.path, 'config.json')
    const accounts = [mainAccount]
    await writeFile(
      config,
      JSON.stringify({ region: testRegion, accounts, blobs: { engine: 'files', directory } }),
    )
    expect(await holdfast(data, 'scrub', '--config', config)).toMatchObject({ exitCode: 0 })
    expect(await holdfast(data, 'backup', backup, '--config', config)).toMatchObject({ exitCode: 0 })

    const refused = await holdfast(restored, 'restore', backup, '--config', config)
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the folder of the blobs, is not empty'),
    })
    const blobs = { engine: 'files', directory: '../fresh' } as const
    await writeFile(config, JSON.stringify({ region: testRegion, accounts, blobs }))
    expect(await holdfast(restored, 'restore', backup, '--config', config)).toMatchObject({ exitCode: 0 })
    await rename(join(data, 'root-keys'), join(restored, 'root-keys'))
    await using server = await startTestServer({ dataDirectory: restored, blobs })
    expect((await getObject(server, BUCKET, 'large')).body.equals(large)).toBe(true)
  },
)
