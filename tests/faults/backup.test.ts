import { appendFile, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { current } from '../../packages/server/src/metadata/tables/tables.ts'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { readTree } from '../support/file-tree.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { copyOfBackup, makeBackup } from './backed-up-folder.ts'
import { BUCKET, contentsOf, damage, holdfast, LARGE_BYTES, makeStore } from './damaged-folder.ts'

let made: TemporaryDirectory
beforeAll(async () => {
  made = await makeBackup()
}, 60_000)
afterAll(() => made[Symbol.asyncDispose]())

const prepared = () => copyOfBackup(made)

/** The root keys are in no backup. */
async function withKeys(data: string, restored: string): Promise<void> {
  await cp(join(data, 'root-keys'), join(restored, 'root-keys'), { recursive: true })
}

const ALL = ['large', 'other', 'parts', 'small', 'versions']

describe('a moment that is restored', () => {
  it('serves what the store served, and is sound', async () => {
    await using at = await prepared()
    const { exitCode, text, stderr } = await holdfast(at.restored, 'restore', at.backup)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(text).toMatch(/^Moment 1, taken \S+Z, is in /)
    await withKeys(at.data, at.restored)
    expect(await contentsOf(at.restored)).toEqual(await contentsOf(at.data))
    const scrub = await holdfast(at.restored, 'scrub')
    expect([scrub.exitCode, scrub.text]).toEqual([
      0,
      expect.stringMatching(/ 0 unreadable\.\n.* 0 damaged\.$/m),
    ])
  }, 60_000)

  it('is of its own time, and the newest is of now', async () => {
    await using at = await prepared()
    {
      await using server = await startTestServer({ dataDirectory: at.data })
      await putObject(server, BUCKET, 'small', 'newer')
      await putObject(server, BUCKET, 'large', contentOf('newer', LARGE_BYTES))
      await rawRequest(server, { method: 'DELETE', path: `/${BUCKET}/other` })
    }
    const { text } = await holdfast(at.data, 'backup', at.backup)
    expect(text).toMatch(/^New were \d+(\.\d)? K?B of rows and 1 blobs of 10\d\.\d KB\.$/m)
    expect((await holdfast(at.data, 'backup', at.backup, '--list')).text).toMatch(
      /^1 .+\n2 .+\n2 moments\.$/m,
    )
    await holdfast(at.restored, 'restore', at.backup, '--moment', '1')
    await withKeys(at.data, at.restored)
    const before = await contentsOf(at.restored)
    expect(Object.keys(before)).toEqual(ALL)
    expect(before['small']).toBe(`200 ${Buffer.from('inline').toString('base64')}`)
    await rm(at.restored, { recursive: true })
    await holdfast(at.restored, 'restore', at.backup)
    await withKeys(at.data, at.restored)
    expect(await contentsOf(at.restored)).toEqual(await contentsOf(at.data))
  }, 120_000)

  it('opens with its root keys alone', async () => {
    await using at = await prepared()
    await holdfast(at.restored, 'restore', at.backup)
    await expect(startServerProcess({ dataDirectory: at.restored })).rejects.toThrow(
      'No root key that this store',
    )
    await withKeys(at.data, at.restored)
    await using server = await startServerProcess({ dataDirectory: at.restored })
    expect((await getObject(server, BUCKET, 'small')).text).toBe('inline')
  }, 60_000)

  it('goes on being backed up into the same folder', async () => {
    await using at = await prepared()
    await holdfast(at.restored, 'restore', at.backup)
    await withKeys(at.data, at.restored)
    const { exitCode, text } = await holdfast(at.restored, 'backup', at.backup)
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^Moment 2: .+\n.+ and 0 blobs of 0 B\.$/m)])
    expect((await holdfast(at.restored, 'verify', at.backup)).exitCode).toBe(0)
  }, 60_000)
})

it('storage classes with folders of their own come back into theirs', async () => {
  await using folder = await temporaryDirectory()
  const at = (name: string): string => join(folder.path, name)
  const classes = (cold: string) => [{ name: 'COLD', directory: at(cold) }]
  const configOf = async (cold: string): Promise<string> => {
    const path = at(`${cold}.json`)
    await writeFile(
      path,
      JSON.stringify({ region: testRegion, accounts: [mainAccount], storageClasses: classes(cold) }),
    )
    return path
  }
  const [config, other] = [await configOf('cold'), await configOf('colder')]
  const body = contentOf('cold', LARGE_BYTES)
  {
    await using server = await startTestServer({ dataDirectory: at('data'), storageClasses: classes('cold') })
    await createBucket(server, 'classes')
    const headers = { 'x-amz-storage-class': 'COLD' }
    await rawRequest(server, { method: 'PUT', path: '/classes/cold', headers, body })
  }
  expect(
    (await holdfast(at('data'), 'backup', at('backup'), '--config', config, '--bandwidth', '200M')).exitCode,
  ).toBe(0)
  const verified = await holdfast(at('data'), 'verify', at('backup'), '--config', config)
  expect([verified.exitCode, verified.text]).toEqual([
    0,
    expect.stringMatching(/ 1 blobs, .*: 0 are wrong\.$/m),
  ])
  const without = await holdfast(at('restored'), 'restore', at('backup'))
  expect([without.exitCode, without.stderr]).toEqual([
    1,
    expect.stringMatching(/has objects in a folder of the storage class COLD/),
  ])
  const inUse = await holdfast(at('restored'), 'restore', at('backup'), '--config', config)
  expect([inUse.exitCode, inUse.stderr]).toEqual([
    1,
    expect.stringMatching(/cold, the folder of the storage class COLD, is not empty/),
  ])
  expect((await holdfast(at('restored'), 'restore', at('backup'), '--config', other)).exitCode).toBe(0)
  await withKeys(at('data'), at('restored'))
  await using server = await startTestServer({
    dataDirectory: at('restored'),
    storageClasses: classes('colder'),
  })
  expect((await getObject(server, 'classes', 'cold')).body.equals(body)).toBe(true)
}, 60_000)

describe('a backup', () => {
  it('of a store that did not change moves nothing', async () => {
    await using at = await prepared()
    const { text } = await holdfast(at.data, 'backup', at.backup, '--json')
    const { progress, copiedBlobs } = JSON.parse(text) as {
      progress: Record<string, number>
      copiedBlobs: number
    }
    expect(copiedBlobs).toBe(0)
    // What processes say of themselves.
    expect(progress['newRowBytes']).toBeLessThan(1000)
  }, 60_000)

  it('keeps the newest moments, and what they need alone', async () => {
    await using at = await prepared()
    {
      await using server = await startTestServer({ dataDirectory: at.data })
      await rawRequest(server, { method: 'DELETE', path: `/${BUCKET}/large`, query: 'versionId=null' })
      await putObject(server, BUCKET, 'added', contentOf('added', LARGE_BYTES))
    }
    const blobs = async () => [...(await readTree(join(at.backup, 'blobs'))).keys()]
    const before = await blobs()
    const { text } = await holdfast(at.data, 'backup', at.backup, '--keep', '1')
    expect(text).toMatch(/^1 older moments were forgotten\.$/m)
    expect(await readdir(join(at.backup, 'moments'))).toEqual(['00000002.index', '00000002.moment'])
    const after = await blobs()
    expect(after.length).toBe(before.length)
    expect(after.filter((name) => !before.includes(name))).toHaveLength(1)
    expect((await holdfast(at.data, 'verify', at.backup)).exitCode).toBe(0)
    await holdfast(at.restored, 'restore', at.backup)
    await withKeys(at.data, at.restored)
    expect(await contentsOf(at.restored)).toEqual(await contentsOf(at.data))
  }, 60_000)

  it('holds no root key', async () => {
    await using at = await prepared()
    for (const name of await readdir(join(at.data, 'root-keys'))) {
      const key = (await readFile(join(at.data, 'root-keys', name), 'utf8')).trim()
      for (const path of (await readTree(at.backup)).keys()) {
        const bytes = await readFile(join(at.backup, path))
        expect(bytes.includes(key) || bytes.includes(Buffer.from(key, 'base64'))).toBe(false)
      }
    }
  }, 60_000)

  it('tells of a blob that the store has lost, and holds the rest', async () => {
    await using at = await prepared()
    const blobs = [...(await readTree(join(at.data, 'blobs'))).keys()]
    const blob = blobs.find((name) => /\/[0-9a-f]{32}$/.test(name)) ?? ''
    await rm(join(at.data, 'blobs', blob))
    const second = join(at.restored, '..', 'second')
    const { exitCode, text } = await holdfast(at.data, 'backup', second)
    expect([exitCode, text]).toEqual([1, expect.stringMatching(/^LOST blob [0-9a-f]{32}: /m)])
    const restored = await holdfast(at.restored, 'restore', second)
    expect([restored.exitCode, restored.text]).toEqual([0, expect.stringMatching(/^LOST blob/m)])
  }, 60_000)
})

describe('verify', () => {
  it('looks at a backup alone, without a store and without a word on what changed since', async () => {
    await using at = await prepared()
    await rm(at.data, { recursive: true })
    const whole = await holdfast(at.data, 'verify', at.backup, '--alone')
    expect([whole.exitCode, whole.text]).toEqual([
      0,
      expect.stringMatching(/^\d+ rows, 3 blobs, .*: 0 are wrong\.\n$/),
    ])
    await flip(join(at.backup, 'blobs'))
    const spoilt = await holdfast(at.data, 'verify', at.backup, '--alone')
    expect([spoilt.exitCode, spoilt.text]).toEqual([
      1,
      expect.stringMatching(/^WRONG in the backup: .* has other bytes than/),
    ])
    await expect(readdir(at.data)).rejects.toThrow('ENOENT')
  }, 60_000)
})

it('rows that cannot be read are told, and kept as they are or as they were', async () => {
  await using at = await prepared()
  await damage(at.data, (store) => store.flip(current))
  const { exitCode, text } = await holdfast(at.data, 'backup', at.backup)
  expect([exitCode, text]).toEqual([1, expect.stringMatching(/^UNREADABLE are 5 new rows .+\nMoment 2: /)])
  expect((await holdfast(at.data, 'verify', at.backup)).exitCode).toBe(0)
}, 60_000)

describe('refused, with nothing touched', () => {
  it.each<[string, (backup: string) => Promise<unknown>, RegExp]>([
    ['a folder that is no backup', (backup) => rm(join(backup, 'backup.json')), /is no backup/],
    [
      'one without a moment',
      (backup) => rm(join(backup, 'moments'), { recursive: true }),
      /no finished backup/,
    ],
    [
      'a moment cut off',
      (backup) => truncate(join(backup, 'moments/00000001.moment'), 300),
      /is cut off or was changed/,
    ],
    [
      'an index cut off',
      (backup) => truncate(join(backup, 'moments/00000001.index'), 300),
      /index has 300 bytes, not/,
    ],
    ['rows that were changed', (backup) => flip(join(backup, 'rows')), /has other bytes than were written/],
    ['rows that are missing', (backup) => rm(join(backup, 'rows'), { recursive: true }), /rows is missing/],
    [
      'blobs that are missing',
      (backup) => rm(join(backup, 'blobs'), { recursive: true }),
      /blob [0-9a-f]{32} is missing/,
    ],
    ['a blob that is longer', (backup) => lengthen(join(backup, 'blobs')), /has \d+ bytes, not/],
    [
      'a mark of a newer version',
      (backup) => writeFile(join(backup, 'backup.json'), '{"version":9,"storeId":"x"}'),
      /newer version/,
    ],
    [
      'a mark that says nothing',
      (backup) => writeFile(join(backup, 'backup.json'), '{'),
      /does not say whose/,
    ],
  ])(
    '%s',
    async (_name, spoil, reason) => {
      await using at = await prepared()
      await spoil(at.backup)
      const before = await readTree(at.backup)
      const { exitCode, stderr } = await holdfast(at.restored, 'restore', at.backup)
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(reason)])
      await expect(readdir(at.restored)).rejects.toThrow('ENOENT')
      const verified = await holdfast(at.data, 'verify', at.backup)
      expect([verified.exitCode, verified.text + verified.stderr]).toEqual([
        1,
        expect.stringMatching(
          reason.source.includes('blob') || reason.source.includes('has') ? /WRONG in the backup/ : reason,
        ),
      ])
      expect(await readTree(at.backup)).toEqual(before)
    },
    60_000,
  )

  it('a blob is mended that the store still has, for every moment, and lost ones are told', async () => {
    await using at = await prepared()
    await holdfast(at.data, 'backup', at.backup)
    const before = await readTree(join(at.backup, 'blobs'))
    const whole = (await blobFiles(at.backup)).map(({ path }) => path)
    const [flipped = '', cut = '', missing = ''] = whole
    await flipFile(flipped)
    await truncate(cut, 300)
    await rm(missing)
    expect((await holdfast(at.data, 'verify', at.backup)).text).toContain(': 3 are wrong.')
    const mended = await holdfast(at.data, 'verify', at.backup, '--mend')
    expect([mended.exitCode, mended.stderr]).toEqual([0, ''])
    expect(mended.text.match(/^PUT BACK into the backup: Blob [0-9a-f]{32}$/gm)).toHaveLength(3)
    expect(await readTree(join(at.backup, 'blobs'))).toEqual(before)
    for (const moment of ['1', '2']) {
      const restored = `${at.restored}-${moment}`
      expect((await holdfast(restored, 'restore', at.backup, '--moment', moment)).exitCode).toBe(0)
    }
    const lost = (await blobFiles(at.data)).find(({ path }) => basename(path) === basename(cut).slice(0, 32))
    await rm(lost?.path ?? '')
    await truncate(cut, 300)
    const left = await holdfast(at.data, 'verify', at.backup, '--mend')
    expect([left.exitCode, left.text]).toEqual([1, expect.stringContaining('WRONG in the backup')])
  }, 60_000)

  it('all but damaged blobs comes back where that is asked for', async () => {
    await using at = await prepared()
    const whole = await contentsOf(at.data)
    const [missing, ...others] = (await blobFiles(at.backup)).map(({ path }) => path)
    await rm(missing ?? '')
    const refused = await holdfast(at.restored, 'restore', at.backup)
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('--skip-damaged')])
    await flipFile(others[0] ?? '')
    await appendFile(others[1] ?? '', 'x')
    const { exitCode, text } = await holdfast(at.restored, 'restore', at.backup, '--skip-damaged')
    expect([exitCode, text.match(/^NOT RESTORED: /gm)?.length]).toEqual([1, 3])
    await withKeys(at.data, at.restored)
    const found = await contentsOf(at.restored)
    expect(Object.keys(found)).toEqual(Object.keys(whole))
    expect(found['small']).toBe(whole['small'])

    const words = ['--bucket', BUCKET, '--as', 'again']
    const one = await holdfast(at.data, 'restore', at.backup, ...words)
    expect([one.exitCode, one.stderr]).toEqual([1, expect.stringContaining('--skip-damaged')])
    const all = await holdfast(at.data, 'restore', at.backup, ...words, '--skip-damaged')
    expect([all.exitCode, all.text]).toEqual([1, expect.stringMatching(/^NOT RESTORED .*(blob|bytes)/m)])
    expect(all.text).toContain('The bucket again is there')
  }, 60_000)

  it('a blob with another byte ends a restoration, and what is there opens for nobody', async () => {
    await using at = await prepared()
    await flip(join(at.backup, 'blobs'))
    const { exitCode, stderr } = await holdfast(at.restored, 'restore', at.backup)
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/has other bytes than were written/)])
    await withKeys(at.data, at.restored)
    await expect(startServerProcess({ dataDirectory: at.restored })).rejects.toThrow(
      'was begun and is not finished',
    )
    const again = await holdfast(at.restored, 'restore', at.backup)
    expect(again.exitCode).toBe(1)
    await flip(join(at.backup, 'blobs'))
    expect((await holdfast(at.restored, 'restore', at.backup)).exitCode).toBe(0)
    expect(await contentsOf(at.restored)).toEqual(await contentsOf(at.data))
  }, 60_000)

  it('the backup of another store', async () => {
    await using at = await prepared()
    await using other = await temporaryDirectory()
    const data = join(other.path, 'data')
    await makeStore(data)
    const before = await readTree(at.backup)
    for (const command of ['backup', 'verify']) {
      const { exitCode, stderr } = await holdfast(data, command, at.backup)
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/is a backup of another store/)])
    }
    expect(await readTree(at.backup)).toEqual(before)
  }, 60_000)

  it('a data folder that is not empty, and a backup in the data folder or in a folder with other things', async () => {
    await using at = await prepared()
    const restore = await holdfast(at.data, 'restore', at.backup)
    expect([restore.exitCode, restore.stderr]).toEqual([
      1,
      expect.stringMatching(/is not empty: blobs, metadata/),
    ])
    const within = await holdfast(at.data, 'backup', join(at.data, 'backup'))
    expect([within.exitCode, within.stderr]).toEqual([1, expect.stringMatching(/lie in one another/)])
    await using other = await temporaryDirectory()
    await writeFile(join(other.path, 'letter'), 'of mine')
    const beside = await holdfast(at.data, 'backup', other.path)
    expect([beside.exitCode, beside.stderr]).toEqual([
      1,
      expect.stringMatching(/is not empty, and is no backup/),
    ])
    expect(await readdir(other.path)).toEqual(['letter'])
  }, 60_000)
})

async function filesIn(folder: string): Promise<string[]> {
  return [...(await readTree(folder)).keys()].toSorted().map((name) => join(folder, name))
}

/** Changes a bit in the first file of a folder; or back. */
async function flip(folder: string): Promise<void> {
  const [path = ''] = await filesIn(folder)
  await flipFile(path)
}

async function flipFile(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
  await writeFile(path, bytes)
}

async function lengthen(folder: string): Promise<void> {
  const [path = ''] = await filesIn(folder)
  await appendFile(path, 'x')
}
