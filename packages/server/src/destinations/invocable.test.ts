import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { functionsOf, type Invocable } from './invocable.ts'

const ARN = 'arn:aws:lambda:us-east-1:100000000001:function:slow'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

it('fails for good where a function does not return within 15 minutes, and breaks off the call', async () => {
  let isBrokenOff = false
  const slow: Invocable = {
    invoke: (_payload, _qualifier, signal) => {
      signal.addEventListener('abort', () => (isBrokenOff = true))
      return new Promise(() => {})
    },
  }
  const invoked = functionsOf(new Map([[ARN, slow]])).invoke(ARN, '{}', new AbortController().signal)
  const failure = invoked.catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(15 * 60_000 - 1)
  expect(isBrokenOff).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(isBrokenOff).toBe(true)
  expect(await failure).toMatchObject({ kind: 'refused', message: 'it did not answer in time' })
})
