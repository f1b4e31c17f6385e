import { describe, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { AddressGuard } from './address-guard.ts'

class Wrong extends Error {}

function guarded() {
  const clock = new MovableClock(new Date('2026-01-01'))
  const guard = new AddressGuard(clock)
  const hear = (address: string | undefined, work: () => Promise<string>): Promise<string> =>
    guard
      .hear(address, work, (error) => error instanceof Wrong)
      .catch((error: unknown) => (error instanceof Wrong ? 'wrong' : String(error)))
  const fail = (address: string): Promise<string> => hear(address, () => Promise.reject(new Wrong()))
  const succeed = (address: string): Promise<string> => hear(address, () => Promise.resolve('right'))
  return { clock, hear, fail, succeed }
}

const HELD = /Too many attempts to sign in from this address; try again in (\d+) s$/

describe('AddressGuard', () => {
  it('holds up an address for longer and longer, up to a quarter of an hour', async () => {
    const { clock, fail, succeed } = guarded()
    for (let count = 0; count < 10; count++) expect(await fail('192.0.2.1')).toBe('wrong')
    const pauses = []
    for (let count = 0; count < 8; count++) {
      const seconds = Number(HELD.exec(await succeed('192.0.2.1'))?.[1])
      pauses.push(seconds)
      clock.advance(seconds * 1000)
      expect(await fail('192.0.2.1')).toBe('wrong')
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900, 900])
  })

  it('forgets failures after an hour, and none for a success', async () => {
    const { clock, fail, succeed } = guarded()
    for (let count = 0; count < 9; count++) await fail('192.0.2.1')
    expect(await succeed('192.0.2.1')).toBe('right')
    await fail('192.0.2.1')
    expect(await succeed('192.0.2.1')).toMatch(HELD)
    clock.advance(3_600_001)
    await fail('192.0.2.1')
    expect(await succeed('192.0.2.1')).toBe('right')
  })

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'],
    ['::1', '::2', '1::1'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2.2'],
  ])('takes %s and %s for one, and %s for another', async (one, same, other) => {
    const { fail, succeed } = guarded()
    for (let count = 0; count < 10; count++) await fail(one)
    expect(await succeed(same)).toMatch(HELD)
    expect(await succeed(other)).toBe('right')
  })

  it('hears sixteen at once, and each address once', async () => {
    const { hear, succeed } = guarded()
    const { promise, resolve } = Promise.withResolvers<string>()
    const under = Array.from({ length: 16 }, (_, index) => hear(`192.0.2.${index}`, () => promise))
    expect(await succeed('192.0.2.0')).toMatch(HELD)
    expect(await succeed('198.51.100.1')).toMatch(HELD)
    resolve('right')
    expect(new Set(await Promise.all(under))).toEqual(new Set(['right']))
    expect(await succeed('198.51.100.1')).toBe('right')
  })

  it('keeps no more than ten thousand addresses', async () => {
    const { fail, succeed } = guarded()
    for (let count = 0; count < 10; count++) await fail('192.0.2.1')
    for (let index = 0; index < 10_000; index++) await succeed(`10.0.${index >> 8}.${index & 255}`)
    expect(await succeed('192.0.2.1')).toBe('right')
  })
})
