import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collectBytes } from './collect-bytes.ts'
import { StreamThread } from './stream-thread.ts'

const library = new URL('./answer-streams.ts', import.meta.url)

/** A thread whose tasks are lists of what to do. */
const program = `
import { answerStreams } from '${library.href}'
let ended = 0
answerStreams(async function* (steps, read, signal) {
  for (const step of steps) {
    if (step.say) yield Buffer.from(step.say)
    if (step.read) for await (const chunk of read(...step.read)) yield chunk
    if (step.first) for await (const chunk of read(...step.first)) { yield chunk; break }
    if (step.fail) throw new Error(step.fail)
    if (step.toil) {
      while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve))
      ended++
    }
    if (step.tell) yield Buffer.from(String(ended))
    if (step.exit) process.exit(1)
    if (step.hoard) for (const hoard = [];;) hoard.push(new Array(1000).fill(step))
  }
}, (error) => ({ told: error.message }))
`

interface Step {
  readonly say?: string
  readonly read?: readonly [number, number]
  readonly first?: readonly [number, number]
  readonly fail?: string
  readonly toil?: true
  readonly tell?: true
  readonly exit?: true
  readonly hoard?: true
}

let thread: StreamThread<readonly Step[]>
beforeEach(() => {
  const file = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  thread = new StreamThread(file, 32, (packed) => Object.assign(new Error('unpacked'), packed))
})
afterEach(() => thread[Symbol.asyncDispose]())

const letters = Buffer.from('abcdefghijklmnopqrstuvwxyz')

/** A byte a chunk, always in the same buffer, as files are read. */
async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(1)
  for (const letter of letters.subarray(start, end)) {
    buffer[0] = letter
    yield buffer
    await Promise.resolve()
  }
}

const textOf = async (steps: readonly Step[], from = read): Promise<string> =>
  Buffer.from(await collectBytes(thread.run(steps, from))).toString()

describe('a thread that makes streams', () => {
  test('answers with what it is told and what it reads', async () => {
    expect(await textOf([{ say: '<' }, { read: [2, 5] }, { say: '|' }, { read: [0, 2] }, { say: '>' }])).toBe(
      '<cde|ab>',
    )
  })

  test('has several streams at once', async () => {
    const texts = await Promise.all(
      Array.from({ length: 20 }, (_, at) => textOf([{ say: `${at}:` }, { read: [at, at + 3] }])),
    )
    expect(texts[7]).toBe('7:hij')
    expect(texts).toHaveLength(20)
  })

  test('throws what the thread says of an error, after what came before it', async () => {
    const answer = thread.run([{ say: 'a' }, { fail: 'no more' }], read)
    expect(Buffer.from((await answer.next()).value ?? []).toString()).toBe('a')
    await expect(answer.next()).rejects.toMatchObject({ message: 'unpacked', told: 'no more' })
  })

  test('throws what the reading throws, itself', async () => {
    const failure = new Error('the disk is gone')
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x')
      await Promise.reject(failure)
    }
    await expect(textOf([{ read: [0, 9] }], failing)).rejects.toBe(failure)
  })

  test('lets go of what it reads when nobody wants the rest, on either side', async () => {
    const ended: string[] = []
    const noted = async function* (start: number, end: number): AsyncGenerator<Uint8Array> {
      try {
        yield* read(start, end)
      } finally {
        ended.push(`${start}-${end}`)
      }
    }
    expect(await textOf([{ first: [0, 20] }, { say: '.' }], noted)).toBe('a.')
    const answer = thread.run([{ read: [1, 26] }], noted)
    await answer.next()
    await answer.return()
    await expect.poll(() => ended).toEqual(['0-20', '1-26'])
  })

  test('stops work without an answer when it is called off', async () => {
    const calledOff = new AbortController()
    const answer = thread.run([{ say: 'a' }, { toil: true }], read, calledOff.signal)
    await answer.next()
    const next = answer.next()
    calledOff.abort(new Error('nobody waits'))
    await expect(next).rejects.toThrow('nobody waits')
    await expect.poll(() => textOf([{ tell: true }])).toBe('1')
    const late = thread.run([{ toil: true }], read, calledOff.signal)
    await expect(late.next()).rejects.toThrow('nobody waits')
  })

  test.each([{ exit: true } as const, { hoard: true } as const])(
    'fails the streams of a thread that ends, as by %o, and begins anew',
    async (end) => {
      await expect(textOf([{ say: 'a' }, end])).rejects.toThrow('the other thread is gone')
      expect(await textOf([{ say: 'again' }])).toBe('again')
    },
  )

  test('holds back a source that is faster than whoever reads', async () => {
    let readBytes = 0
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        readBytes++
        yield Buffer.from('z')
        await Promise.resolve()
      }
    }
    const answer = thread.run([{ read: [0, 1] }], endless)
    await answer.next()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(readBytes).toBeLessThan(10)
    await answer.return()
  })
})
