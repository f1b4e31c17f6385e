import type { Random } from './random.ts'

/** A random UUID (RFC 9562, version 4). */
export function randomUuid(random: Random): string {
  const bytes = Buffer.from(random.bytes(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return groupedAsUuid(bytes.toString('hex'))
}

/** 32 hexadecimal digits in the groups of a UUID. */
export function groupedAsUuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** One that begins with a time, so that they are in its order (RFC 9562, version 7). */
export function timedUuid(random: Random, now: Date): string {
  const bytes = Buffer.from(random.bytes(16))
  bytes.writeUIntBE(now.getTime(), 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return groupedAsUuid(bytes.toString('hex'))
}
