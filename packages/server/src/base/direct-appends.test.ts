import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DirectAppends, PIECE_BYTES } from './direct-appends.ts'
import { diskError } from './memory-disk.ts'
import { seededRandom } from './seeded-random.ts'

type Handle = Awaited<ReturnType<typeof open>>

let root: string
let opened = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-direct-'))
})
afterAll(() => rm(root, { recursive: true }))

interface Written {
  readonly appends: DirectAppends
  readonly direct: Handle
  readonly end: () => Promise<Buffer>
}

/** A file with the two ways into it. The direct one goes through the cache, too, as not every folder for tests takes the other. */
async function begin(): Promise<Written> {
  const path = join(root, String(opened++))
  const cached = await open(path, 'wx')
  const direct = await open(path, 'r+')
  const appends = await DirectAppends.begin(cached, async () => direct)
  if (!appends) {
    await direct.close()
    await cached.close()
    throw new Error('no memory for it')
  }
  const end = async (): Promise<Buffer> => {
    await appends.end()
    await cached.close()
    return readFile(path)
  }
  return { appends, direct, end }
}

const pieces = (...sizes: readonly number[]): Buffer[] => sizes.map((size) => seededRandom('7').bytes(size))

test.each([
  { sizes: [10], flushes: [] },
  { sizes: [PIECE_BYTES], flushes: [] },
  { sizes: [PIECE_BYTES - 1, 2], flushes: [] },
  { sizes: [3 * PIECE_BYTES + 5], flushes: [] },
  { sizes: [300_000, 0, 900_000, 300_000, 700_001], flushes: [0, 1, 3] },
])('pieces of $sizes bytes, flushed after $flushes, arrive in order', async ({ sizes, flushes }) => {
  const { appends, end } = await begin()
  const given = pieces(...sizes)
  for (const [index, bytes] of given.entries()) {
    await appends.append([bytes])
    if (flushes.includes(index)) await appends.flush()
  }
  await appends.flush()
  expect((await end()).equals(Buffer.concat(given))).toBe(true)
})

/** Calls `before` ahead of each direct write. */
function watchDirectWrites({ direct }: Written, before: (bytes: number, position: unknown) => void): void {
  const writev = direct.writev.bind(direct)
  direct.writev = (async (...given: Parameters<typeof writev>) => {
    const [buffers, position] = given
    before(
      buffers.reduce((sum, { byteLength }) => sum + byteLength, 0),
      position,
    )
    return writev(...given)
  }) as typeof writev
}

test('only whole pieces go the direct way, each where a piece begins', async () => {
  const written = await begin()
  const writes: unknown[] = []
  watchDirectWrites(written, (length, position) => void writes.push({ length, position }))
  await written.appends.append(pieces(PIECE_BYTES / 2, 2 * PIECE_BYTES, 10))
  await written.appends.flush()
  await written.end()
  expect(writes).toEqual([
    { length: PIECE_BYTES, position: 0 },
    { length: PIECE_BYTES, position: PIECE_BYTES },
  ])
})

/** The first direct write goes well, the second fails. */
async function failingLater(code: string): Promise<Written> {
  const written = await begin()
  let calls = 0
  watchDirectWrites(written, () => {
    if (++calls > 1) throw diskError(code, 'direct')
  })
  return written
}

test('what the file system refuses goes through the cache, as does all after it', async () => {
  const { appends, end } = await failingLater('EINVAL')
  const given = pieces(PIECE_BYTES, PIECE_BYTES, PIECE_BYTES + 3)
  await appends.append(given)
  await appends.flush()
  expect((await end()).equals(Buffer.concat(given))).toBe(true)
})

test('another error is told', async () => {
  const { appends, end } = await failingLater('ENOSPC')
  await expect(appends.append(pieces(2 * PIECE_BYTES))).rejects.toMatchObject({ code: 'ENOSPC' })
  await end()
})

test('sixteen at once have memory for it, the next has none, until one of them ends', async () => {
  const all = await Promise.all(Array.from({ length: 16 }, begin))
  await expect(begin()).rejects.toThrow('no memory')
  await all.shift()?.end()
  all.push(await begin())
  for (const one of all) await one.end()
})

test('a file that cannot be opened so takes no memory away', async () => {
  const refuse = (): Promise<Handle> => Promise.reject(diskError('EINVAL', 'direct'))
  const cached = await open(join(root, 'refused'), 'wx')
  for (let turn = 0; turn < 20; turn++) expect(await DirectAppends.begin(cached, refuse)).toBeUndefined()
  await cached.close()
  await (await begin()).end()
})
