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
