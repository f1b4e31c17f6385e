import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { readTree, type TreeHashes } from '../support/file-tree.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { holdfast } from './damaged-folder.ts'

const LOOKING: readonly (readonly string[])[] = [
  ['workers'],
  ['uploads'],
  ['quarantine', 'list'],
  ['accounts', 'list'],
  [
    'explain',
    '--principal',
    'anonymous',
    '--action',
    's3:GetObject',
    '--resource',
    'arn:aws:s3:::looked-at/a',
  ],
]

let folder: TemporaryDirectory
beforeAll(async () => {
  folder = await temporaryDirectory()
  // With a config file, so that nothing has made credentials.
  await using server = await startServerProcess({ dataDirectory: join(folder.path, 'data') })
  const bucket = await createBucket(server, 'looked-at')
  await putObject(server, bucket, 'large', contentOf('large', 200_000))
  await rawRequest(server, { method: 'POST', path: `/${bucket}/open`, query: 'uploads=' })
  await server.end('SIGTERM')
  return () => folder[Symbol.asyncDispose]()
})

/** All that is in the folder but LMDB's table of readers, which is kept in shared memory. */
async function everything(): Promise<TreeHashes> {
  const tree = new Map(await readTree(folder.path))
  tree.delete(join('data', 'metadata', 'lock.mdb'))
  return tree
}

describe.each(LOOKING)('holdfast %s', (command, ...options) => {
  it('writes nothing into a data folder', { timeout: 60_000 }, async () => {
    const before = await everything()
    const { exitCode, stderr } = await holdfast(join(folder.path, 'data'), command, ...options)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(await everything()).toEqual(before)
  })

  it('makes nothing where there is none', { timeout: 60_000 }, async () => {
    const { exitCode, stderr } = await holdfast(join(folder.path, 'nowhere'), command, ...options)
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('nowhere')])
    expect(await readdir(folder.path)).toEqual(['data'])
  })
})

it.each([
  ['scrub'],
  ['repair'],
  ['rotate-root-key'],
  ['accounts', 'add', 'team'],
  ['backup', '/dev/null/backup'],
  ['verify', '/dev/null/backup'],
  ['restore', '/dev/null/backup'],
])('holdfast %s makes nothing where there is no store', { timeout: 60_000 }, async (command, ...words) => {
  const { exitCode } = await holdfast(join(folder.path, 'nowhere'), command, ...words)
  expect(exitCode).toBe(1)
  expect(await readdir(folder.path)).toEqual(['data'])
})
