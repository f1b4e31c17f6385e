import { cp, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identifyFile } from '../../packages/server/src/base/file-identity.ts'
import { seededRandom } from '../../packages/server/src/base/seeded-random.ts'
import { DamagedPages } from '../../packages/server/src/metadata/damaged-pages.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { type ServerProcess, spawnServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { isLarge } from '../support/sizes.ts'
import { holdfast } from './damaged-folder.ts'
import { kindsOfPages, type PageKind } from './page-kinds.ts'

const BUCKET = 'pages'
const TRIES = isLarge ? 60 : 2
const KINDS: readonly PageKind[] = ['leaf', 'branch', 'overflow', 'meta', 'free']
const KEYS = Array.from({ length: 900 }, (_, index) => `key-${String(index).padStart(4, '0')}`)
/** Every third in pages of its own: more than a start looks at. */
const bytesOf = (key: string): Uint8Array => contentOf(key, Number(key.slice(-4)) % 3 === 0 ? 14_000 : 40)

let made: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  made = await temporaryDirectory()
  await using server = await startTestServer({ dataDirectory: join(made.path, 'data') })
  await createBucket(server, BUCKET)
  for (let start = 0; start < KEYS.length; start += 30)
    await Promise.all(
      KEYS.slice(start, start + 30).map((key) => putObject(server, BUCKET, key, bytesOf(key))),
    )
}, 120_000)
afterAll(() => made[Symbol.asyncDispose]())

/** Files that are copies are read whole at a start: this is of those that are not. */
async function passOffAsSame(metadata: string): Promise<void> {
  const record = join(metadata, 'file.json')
  const { id } = JSON.parse(await readFile(record, 'utf8')) as { id: string }
  await writeFile(record, JSON.stringify({ id, ...(await identifyFile(join(metadata, 'data.mdb'))) }))
}

/** Garbage, one flipped bit, a page of nothing, or the bytes of another page of the kind. */
async function damagePage(file: string, pages: readonly number[], pageBytes: number, seed: string) {
  const random = seededRandom(seed)
  const number = (below: number): number => random.bytes(4).readUInt32LE() % below
  const page = pages[number(pages.length)] ?? 0
  await using handle = await open(file, 'r+')
  const bytes = Buffer.alloc(pageBytes)
  await handle.read(bytes, 0, pageBytes, page * pageBytes)
  const end = page < 2 ? 160 : pageBytes
  switch (number(4)) {
    case 0:
      random.bytes(16).copy(bytes, number(end - 16))
      break
    case 1: {
      const at = number(end)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << number(8))
      break
    }
    case 2:
      bytes.fill(0)
      break
    default:
      await handle.read(bytes, 0, pageBytes, (pages[number(pages.length)] ?? 0) * pageBytes)
  }
  await handle.write(bytes, 0, pageBytes, page * pageBytes)
}

async function ready(server: ServerProcess): Promise<string> {
  const signal = AbortSignal.timeout(5000)
  return fetch(`${server.url}/-/ready`, { signal }).then(
    (answer) => answer.text(),
    () => '',
  )
}

/** Whether it answers; a start that is refused or crashes three times ends it. */
async function started(server: ServerProcess): Promise<boolean> {
  for (;;) {
    const ended = server.ended.then(() => 'ended')
    const seen = await Promise.race([ended, delay(50).then(() => ready(server))])
    if (seen !== '') return seen !== 'ended'
  }
}

/** An answer, as soon as there is one: a process that crashed is started again by itself. */
async function answerFor(server: ServerProcess, key: string) {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await getObject(server, BUCKET, key).catch(() => undefined)
    if (answer && answer.status !== 503) return answer
    await delay(50)
  }
  throw new Error(`no answer for ${key}: ${server.output()}`)
}

const TOLD = /UNREADABLE|DAMAGED/

/** `wrong`: other bytes than were stored, and other answers while nobody is told of damage. */
async function answersOf(server: ServerProcess): Promise<{ wrong: string[]; isTold: boolean }> {
  const wrong: string[] = []
  for (const key of KEYS) {
    const answer = await answerFor(server, key)
    const isRight = answer.status === 200 && Buffer.compare(answer.body, bytesOf(key)) === 0
    if (isRight || (answer.status !== 200 && TOLD.test(server.output()))) continue
    wrong.push(`${key}: ${answer.status}`)
  }
  // A bad row alone is told by the log.
  const isOfPages = server.output().includes('DAMAGED: a page')
  return { wrong, isTold: (await ready(server)).includes('metadata-pages') === isOfPages }
}

describe('pages of the metadata that are damaged', { timeout: 120_000 }, () => {
  it.for(KINDS.flatMap((kind) => Array.from({ length: TRIES }, (_, index) => ({ kind, seed: index + 1 }))))(
    'of kind $kind, try $seed: no wrong answer, it goes on by itself, and tells',
    async ({ kind, seed }) => {
      await using folder = await temporaryDirectory()
      const dataDirectory = join(folder.path, 'data')
      await cp(join(made.path, 'data'), dataDirectory, { recursive: true, preserveTimestamps: true })
      const file = join(dataDirectory, 'metadata', 'data.mdb')
      await passOffAsSame(join(dataDirectory, 'metadata'))
      const { pages, pageBytes } = await kindsOfPages(file)
      await damagePage(file, pages[kind], pageBytes, `${kind} ${seed}`)

      await using server = await spawnServerProcess({
        dataDirectory,
        arguments: ['--workers', '1'],
      })
      const told = async () => ({ wrong: [], isTold: /cannot be used/.test(server.output()) })
      const { wrong, isTold } = (await started(server)) ? await answersOf(server) : await told()
      expect({ wrong, isTold }).toEqual({ wrong: [], isTold: true })
    },
  )

  it('that a walk has not come to yet are looked at before a row counts as absent', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'metadata')
    await cp(join(made.path, 'data', 'metadata'), path, { recursive: true })
    const file = join(path, 'data.mdb')
    const { pages, pageBytes } = await kindsOfPages(file)
    const damaged = new DamagedPages()
    damaged.doubt()
    await using store = await openLmdb({ path, pages: damaged })
    const rows = await store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 10_000 })
    // Emptied: each of their rows is absent now for who goes by the tree alone.
    await using handle = await open(file, 'r+')
    for (const page of pages.leaf) await handle.write(Buffer.of(0, 0), 0, 2, page * pageBytes + 20)
    expect(rows.length).toBeGreaterThan(1500)
    for (const { key } of rows) await expect(store.get(key)).rejects.toMatchObject({ kind: 'corrupt' })
    expect(damaged.count).toBe(pages.leaf.length)
  })

  it('are looked for by the start after a crash, and a whole store goes on', async () => {
    await using folder = await temporaryDirectory()
    await using server = await startServerProcess({
      dataDirectory: join(folder.path, 'data'),
      arguments: ['--workers', '1'],
    })
    await createBucket(server, BUCKET)
    await putObject(server, BUCKET, 'key', 'value')
    const { text } = await runCommand('pgrep', ['-P', String(server.processId)])
    process.kill(Number(text), 'SIGSEGV')
    await expect.poll(() => server.output(), { timeout: 60_000 }).toMatch(/a worker ended/)
    expect((await answerFor(server, 'key')).text).toBe('value')
    expect(server.output()).toMatch(/"why":"a process ended by (SIGSEGV|exit code 255)"/)
    expect(server.output()).toContain('all pages of the metadata are what was written')
    expect(await readdir(join(folder.path, 'data', 'metadata'))).not.toContain('look-at-pages')
  })

  it('are named by scrub, which goes on', async () => {
    await using folder = await temporaryDirectory()
    const data = join(folder.path, 'data')
    await cp(join(made.path, 'data'), data, { recursive: true })
    await passOffAsSame(join(data, 'metadata'))
    const file = join(data, 'metadata', 'data.mdb')
    const { pages, pageBytes } = await kindsOfPages(file)
    const [page = 0] = pages.overflow
    await using handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(24), 0, 24, page * pageBytes)
    const { exitCode, text } = await holdfast(data, 'scrub')
    expect(text).toMatch(new RegExp(`^DAMAGED page ${page} of the metadata: is another page$`, 'm'))
    expect(text).toMatch(/^\d+ objects, .+ damaged\.$/m)
    expect(exitCode).toBe(1)
  })
})
