import type { Random } from '../base/random.ts'
import type { Stamp } from './ordered-store.ts'

/** A stamp that no other write has: 53 random bits, all that a number holds. */
export function freshStamp(random: Random): Stamp {
  const bytes = random.bytes(7)
  return (bytes.readUInt8(0) >> 3) * 2 ** 48 + bytes.readUIntBE(1, 6)
}
