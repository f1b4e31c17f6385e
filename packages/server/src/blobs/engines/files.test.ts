import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { runBlobStoreSuite } from './blob-store.suite.ts'
import { openFileBlobs } from './files.ts'

let root: string
let opened = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-blobs-'))
})
afterAll(() => rm(root, { recursive: true }))

runBlobStoreSuite('files', () => openFileBlobs({ directory: join(root, String(opened++)) }))
