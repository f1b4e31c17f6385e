import { expect, it } from 'vitest'
import { seededRandom } from './seeded-random.ts'
import { randomUuid, timedUuid } from './uuid.ts'

const random = seededRandom('uuids')

it('makes random UUIDs, which tell their version', () => {
  const uuid = randomUuid(random)
  expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(randomUuid(random)).not.toBe(uuid)
})

it('makes UUIDs that are in the order of their times', () => {
  // Source: RFC 9562, appendix A.6: the first 48 bits are milliseconds since 1970.
  const uuid = timedUuid(random, new Date(0x017f22e279b0))
  expect(uuid).toMatch(/^017f22e2-79b0-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(timedUuid(random, new Date(0x017f22e279b1)) > uuid).toBe(true)
})
