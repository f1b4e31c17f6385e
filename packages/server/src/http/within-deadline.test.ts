import { expect, it } from 'vitest'
import { withinDeadline } from './within-deadline.ts'

const live = new AbortController().signal
const late = { kind: 'unavailable', message: 'it did not answer in time' }
const never = () => new Promise<never>(() => {})

it('comes to what is done in time, whatever that is', async () => {
  expect(await withinDeadline(live, async () => 'done')).toBe('done')
  const broken = new Error('broken')
  await expect(withinDeadline(live, () => Promise.reject(broken))).rejects.toBe(broken)
})

it('ends when the time is up or the signal aborted, before or meanwhile, whether it is heeded or not', async () => {
  await expect(withinDeadline(live, never, 5)).rejects.toMatchObject(late)
  await expect(withinDeadline(AbortSignal.abort(), never)).rejects.toMatchObject(late)
  const stop = new AbortController()
  const { promise: isBegun, resolve: begun } = Promise.withResolvers<AbortSignal>()
  const ending = withinDeadline(stop.signal, (signal) => {
    begun(signal)
    return never()
  })
  const signal = await isBegun
  expect(signal.aborted).toBe(false)
  stop.abort()
  expect(signal.aborted).toBe(true)
  await expect(ending).rejects.toMatchObject(late)
})
