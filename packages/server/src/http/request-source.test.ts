import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../config/config.ts'
import { RequestSource } from './request-source.ts'
import { SlowBodies } from './slow-bodies.ts'

/** A request whose client sends as much as is let through; nobody reads on after the first chunk. */
async function unreadBytes(request: Readable): Promise<number> {
  const source = new RequestSource(request as IncomingMessage, new SlowBodies(DEFAULT_LIMITS), () => {})
  const chunks = source[Symbol.asyncIterator]()
  let sent = 0
  const next = chunks.next()
  do request.push(Buffer.alloc(16 * 1024))
  while ((sent += 16 * 1024) < 2 ** 20 && !(await isPaused(request)))
  await next
  return sent
}

async function isPaused(request: Readable): Promise<boolean> {
  await new Promise(setImmediate)
  return request.isPaused()
}

const openRequest = (): Readable => new Readable({ read() {} })

it('lets half a MiB wait for one reader, less where 300 are slow, and as much as before when they are gone', async () => {
  const requests = Array.from({ length: 300 }, openRequest)
  const waiting = await Promise.all(requests.map(unreadBytes))
  expect(Math.max(...waiting.slice(-10))).toBeLessThanOrEqual(256 * 1024)
  for (const request of requests) request.destroy()
  await new Promise(setImmediate)

  const alone = openRequest()
  expect(await unreadBytes(alone)).toBeGreaterThanOrEqual(512 * 1024)
  alone.destroy()
})

const sourceOf = (request: Readable): RequestSource =>
  new RequestSource(request as IncomingMessage, new SlowBodies(DEFAULT_LIMITS), () => {})

it('gives all of a body at once when it has ended', async () => {
  const request = openRequest()
  const source = sourceOf(request)
  const whole = source.whole()
  for (const piece of ['he', 'llo']) {
    request.push(piece)
    await new Promise(setImmediate)
    expect(source.isWaiting).toBe(true)
  }
  request.push(null)
  expect(Buffer.concat(await whole).toString()).toBe('hello')
  expect(source.isConsumed).toBe(true)
})

it('gives nothing of a body whose client goes away, or which fails for another reason', async () => {
  const gone = openRequest()
  const whole = sourceOf(gone).whole()
  gone.push('he')
  gone.destroy()
  await expect(whole).rejects.toMatchObject({ code: 'IncompleteBody' })

  const source = sourceOf(openRequest())
  const late = source.whole()
  source.fail(new Error('too late'))
  await expect(late).rejects.toThrow('too late')
})
