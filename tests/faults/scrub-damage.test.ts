import { appendFile, chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newestStoreKey, storeKeys } from '../../packages/server/src/metadata/tables/kms-tables.ts'
import {
  blobReferences,
  bucketDocuments,
  buckets,
  current,
  inlineBytes,
  ownedBuckets,
  partLists,
  parts,
  uploads,
  versionHeads,
  versions,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { damages } from '../../packages/server/src/metadata/tables/worker-tables.ts'
import { blobFiles } from '../support/blob-files.ts'
import type { DamagedStore } from '../support/damaged-store.ts'
import { executable } from '../support/executable.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { copyOf, damage, holdfast, makeStore, removeAll } from './damaged-folder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let made: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  made = await temporaryDirectory()
  await makeStore(made.path)
}, 60_000)
afterAll(() => made[Symbol.asyncDispose]())

const scrub = (data: string): Promise<CommandResult> => holdfast(data, 'scrub')

async function scrubbedAfter(how: (store: DamagedStore) => Promise<unknown>): Promise<CommandResult> {
  await using folder = await copyOf(made)
  await damage(folder.path, how)
  return await scrub(folder.path)
}

it('a store that is whole has nothing to tell', async () => {
  await using folder = await copyOf(made)
  const { exitCode, text, stderr } = await scrub(folder.path)
  expect([exitCode, stderr]).toEqual([0, expect.anything()])
  expect(text).toMatch(/^\d+ rows: 0 unreadable\.\n6 objects, .+: 0 damaged\.\n$/)
}, 60_000)

describe('scrub names a row that cannot be read, and goes on', () => {
  it.each([
    ['current', current, 'scrubbed/small', 5],
    ['versions', versions, 'scrubbed/versions (version ', 1],
    ['versionHeads', versionHeads, 'scrubbed/versions', 1],
    ['uploads', uploads, 'scrubbed/open', 1],
    ['parts', parts, '', 1],
    ['partLists', partLists, '', 1],
    ['inlineBytes', inlineBytes, '', 4],
    ['blobReferences', blobReferences, '', 3],
    ['buckets', buckets, 'scrubbed', 1],
    ['ownedBuckets', ownedBuckets, 'scrubbed', 1],
    ['bucketDocuments', bucketDocuments, '', 1],
    ['storeKeys', storeKeys, '', 1],
    ['newestStoreKey', newestStoreKey, '', 1],
    ['damages', damages, '', 0],
  ] as const)(
    'of %s',
    async (name, table, place, rows) => {
      const { exitCode, text } = await scrubbedAfter((store) => store.flip(table))
      expect(text.match(new RegExp(`^UNREADABLE row of ${name}.*: .+$`, 'gm')) ?? []).toHaveLength(rows)
      expect(text).toContain(rows === 0 ? '' : `UNREADABLE row of ${name}${place === '' ? ':' : ` ${place}`}`)
      expect(text).toMatch(new RegExp(`^\\d+ rows: ${rows} unreadable\\.$`, 'm'))
      expect(text).toMatch(/^\d+ objects, .+ damaged\.$/m)
      expect(exitCode).toBe(rows > 0 ? 1 : 0)
    },
    60_000,
  )
})

describe('scrub finds what is missing or too much', () => {
  it.each([
    ['inline bytes', removeAll(inlineBytes), ['small', 'other', 'versions'], 'inline bytes'],
    ['part lists', removeAll(partLists), ['parts'], 'part list'],
    ['blob references', removeAll(blobReferences), ['large', 'parts'], 'reference to blob'],
    ['store keys', removeAll(storeKeys), ['small', 'large', 'other', 'parts', 'versions'], 'no store key'],
  ] as const)(
    '%s',
    async (_name, how, keys, reason) => {
      const { exitCode, text } = await scrubbedAfter(how)
      for (const key of keys)
        expect(text).toMatch(new RegExp(`^DAMAGED scrubbed/${key} \\(version .+\\): .*${reason}`, 'm'))
      const named = [...text.matchAll(/^DAMAGED scrubbed\/(\S+)/gm)].map((match) => match[1])
      expect(new Set(named)).toEqual(new Set(keys))
      expect(exitCode).toBe(1)
    },
    60_000,
  )

  it('bytes that were appended to a blob', async () => {
    await using folder = await copyOf(made)
    for (const { path } of await blobFiles(folder.path)) await appendFile(path, 'x')
    const { exitCode, text } = await scrub(folder.path)
    expect(text).toMatch(
      /^DAMAGED scrubbed\/large \(version null\): blob .+ has more bytes than were stored$/m,
    )
    expect(exitCode).toBe(1)
  }, 60_000)

  it('objects whose bucket cannot be read', async () => {
    const { text } = await scrubbedAfter((store) => store.flip(buckets))
    expect(text).toMatch(/^6 objects, .+: 0 damaged\.$/m)
  }, 60_000)
})

it('a damage that is gone is told no more', async () => {
  await using folder = await copyOf(made)
  const noted = async (): Promise<number> => {
    let found = 0
    await damage(folder.path, async (store) => (found = (await store.entries(damages)).length))
    return found
  }
  await damage(folder.path, (store) => store.flip(current))
  await damage(folder.path, removeAll(partLists))
  expect((await scrub(folder.path)).exitCode).toBe(1)
  expect(await noted()).toBe(5)
  // Turned over again, they are what they were.
  await damage(folder.path, (store) => store.flip(current))
  expect((await scrub(folder.path)).text).toMatch(/^DAMAGED scrubbed\/parts/m)
  expect(await noted()).toBe(1)
  await damage(folder.path, removeAll(current))
  await scrub(folder.path)
  expect(await noted()).toBe(0)
}, 60_000)

it('a folder that cannot be written is scrubbed all the same, and nothing is made in it', async () => {
  await using folder = await copyOf(made)
  await damage(folder.path, (store) => store.flip(versionHeads))
  const files = async () => (await readdir(folder.path, { recursive: true })).sort()
  const before = await files()
  const modes = async (mode: { readonly file: number; readonly folder: number }) => {
    for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true }))
      await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? mode.folder : mode.file)
    await chmod(folder.path, mode.folder)
  }
  await modes({ file: 0o444, folder: 0o555 })
  try {
    const { exitCode, text } = await scrubAsNobody(folder.path)
    expect(text).toMatch(/^UNREADABLE row of versionHeads scrubbed\/versions: /m)
    expect(exitCode).toBe(1)
    expect(await files()).toEqual(before)
  } finally {
    await modes({ file: 0o644, folder: 0o755 })
  }
}, 60_000)

/** The superuser may write anywhere. */
async function scrubAsNobody(data: string): Promise<CommandResult> {
  const command = [process.execPath, executable, 'scrub', '--data', data]
  if (process.getuid?.() !== 0) return scrub(data)
  return runCommand('setpriv', ['--reuid=65534', '--clear-groups', ...command], { allowFailure: true })
}
