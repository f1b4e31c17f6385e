import { describe, expect, it } from 'vitest'
import { MovableClock } from '../../../base/clock.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { continuationMessage, errorMessage } from '../../../select/event-stream.ts'
import { keptAlive } from './keep-alive.ts'

const message = Buffer.from('message')
const errorOf = (error: unknown): S3Error => (error instanceof S3Error ? error : new S3Error('InternalError'))

describe('an answer', () => {
  it('that fails at once is an error', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield await Promise.reject<Uint8Array>(new S3Error('CastFailed'))
    }
    await expect(keptAlive(failing(), new MovableClock(), errorOf)).rejects.toMatchObject({
      code: 'CastFailed',
    })
  })

  it('that fails later ends with an error message', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield message
      await Promise.reject(new Error('of ours'))
    }
    const sent: Uint8Array[] = []
    for await (const one of await keptAlive(failing(), new MovableClock(), errorOf)) sent.push(one)
    const { code, message: text } = new S3Error('InternalError')
    expect(sent).toEqual([message, errorMessage(code, text)])
  })

  it('says that it goes on while there is nothing to tell', async () => {
    const clock = new MovableClock()
    const { promise: isThere, resolve: come } = Promise.withResolvers<void>()
    const slow = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      await isThere
      yield message
    }
    const begun = keptAlive(slow(), clock, errorOf)
    clock.advance(2_000)
    const messages = (await begun)[Symbol.asyncIterator]()
    for (let silence = 0; silence < 3; silence++) {
      const next = messages.next()
      clock.advance(5_000)
      expect((await next).value).toEqual(continuationMessage())
    }
    const next = messages.next()
    come()
    expect((await next).value).toBe(message)
    expect((await messages.next()).done).toBe(true)
  })

  it('that nobody wants any more ends what makes it', async () => {
    let isEnded = false
    const endless = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for (;;) yield await Promise.resolve(message)
      } finally {
        isEnded = true
      }
    }
    for await (const sent of await keptAlive(endless(), new MovableClock(), errorOf)) {
      expect(sent).toBe(message)
      break
    }
    expect(isEnded).toBe(true)
  })
})
