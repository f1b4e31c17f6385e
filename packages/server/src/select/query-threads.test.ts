import { afterAll, describe, expect, it } from 'vitest'
import type { QueryRequest } from './answer-query.ts'
import { QueryThreads } from './query-threads.ts'

const threads = new QueryThreads()
afterAll(() => threads[Symbol.asyncDispose]())

const accountId = '100000000001'
const request: QueryRequest = {
  expression: 'SELECT COUNT(*) FROM S3Object',
  input: { kind: 'JSON', compression: 'NONE', type: 'LINES' },
  output: { kind: 'JSON', recordDelimiter: '\n' },
  scanRange: undefined,
  reportsProgress: false,
  nowMilliseconds: 0,
}

describe('queries of a process', () => {
  it('are so many at once, and others are told to come later', async () => {
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>()
    const source = {
      sizeBytes: 2,
      async *read() {
        await isRead
        yield Buffer.from('1\n')
      },
    }
    const ask = (accountId = 'one') => threads.run(request, source, { accountId })
    const under = Array.from({ length: 12 }, () => ask())
    const firsts = under.map((query) => query.next())
    const slowDown = { code: 'SlowDown' }
    await expect(ask().next()).rejects.toMatchObject(slowDown)
    // Others find a place beside an account that has taken all that it may.
    const others = ['another', 'a third', 'a fourth', 'a fifth'].map(ask)
    under.push(...others)
    firsts.push(...others.map((query) => query.next()))
    await expect(ask('a sixth').next()).rejects.toMatchObject(slowDown)
    read()
    for (const first of await Promise.all(firsts)) {
      expect(Buffer.from(first.value ?? []).toString()).toContain('{"_1":1}')
    }
    for (const query of under) await query.return()
    expect((await ask().next()).done).toBe(false)
  })

  it('end when they are called off, whatever they are at, and have their place no longer', async () => {
    await using threads = new QueryThreads()
    const calledOff = new AbortController()
    let reading = 0
    const blanks = {
      sizeBytes: 2 ** 40,
      async *read() {
        reading++
        try {
          for (;;) yield await Promise.resolve(Buffer.alloc(1024, ' '))
        } finally {
          reading--
        }
      },
    }
    const { signal } = calledOff
    const all = Array.from({ length: 12 }, () => threads.run(request, blanks, { accountId, signal }).next())
    await expect.poll(() => reading).toBe(12)
    calledOff.abort(new Error('nobody waits'))
    for (const one of all) await expect(one).rejects.toThrow('nobody waits')
    await expect.poll(() => reading).toBe(0)
    const source = { sizeBytes: 0, read: () => failing(new Error('nothing is read')) }
    await expect(
      threads.run({ ...request, expression: 'SELECT' }, source, { accountId }).next(),
    ).rejects.toMatchObject({
      status: 400,
    })
  })

  it('fail as the object fails', async () => {
    const failure = new Error('the disk is gone')
    const source = { sizeBytes: 1, read: () => failing(failure) }
    await expect(threads.run(request, source, { accountId }).next()).rejects.toBe(failure)
  })

  it('fail as S3 says it', async () => {
    const source = { sizeBytes: 0, read: () => failing(new Error('nothing is read')) }
    const query = threads.run({ ...request, expression: 'SELECT' }, source, { accountId })
    await expect(query.next()).rejects.toMatchObject({ name: 'S3Error', status: 400 })
  })
})

async function* failing(failure: Error): AsyncGenerator<Uint8Array> {
  yield await Promise.reject<Uint8Array>(failure)
}
