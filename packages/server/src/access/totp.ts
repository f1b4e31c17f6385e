import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MILLISECONDS = 30_000
const DIGITS = 6
/** Codes of the step before and the one after are good too: clocks differ, and people type. */
const DRIFT_STEPS = 1
/** How far the clock of a device may be off that shows two codes in a row: an hour. */
const SEARCHED_STEPS = 120
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The one-time code of a time step. Source: RFC 6238 over RFC 4226, with SHA-1. */
export function totpCode(secret: Uint8Array, timeStep: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(timeStep))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/**
 * The time step that a code belongs to, if it is one of now; each step's code is good once, which the caller sees to.
 * Takes as long for every code. `driftSteps`: how far the device's clock is thought to be ahead. Whoever typed their first two
 * codes slowly has a clock that is right, so the steps of a right one are good as well.
 */
export function timeStepOfCode(
  secret: Uint8Array,
  code: string,
  now: Date,
  driftSteps = 0,
): number | undefined {
  const current = timeStepAt(now)
  let found: number | undefined
  for (const middle of [current, current + driftSteps]) {
    for (let step = middle + DRIFT_STEPS; step >= middle - DRIFT_STEPS; step--) {
      if (isCode(totpCode(secret, step), code)) found = step
    }
  }
  return found
}

/**
 * The time step of the second of two codes that a device shows one after the other, also where its clock is off by up to an
 * hour, and how far it is ahead. Takes as long for all codes.
 */
export function findDrift(
  secret: Uint8Array,
  [first, second]: readonly [string, string],
  now: Date,
): { readonly timeStep: number; readonly driftSteps: number } | undefined {
  const current = timeStepAt(now)
  let found: number | undefined
  let isFirst = false
  for (let step = current - SEARCHED_STEPS - 1; step <= current + SEARCHED_STEPS; step++) {
    const code = totpCode(secret, step)
    const isNearer = found === undefined || Math.abs(step - current) < Math.abs(found - current)
    if (isCode(code, second) && isFirst && isNearer) found = step
    isFirst = isCode(code, first)
  }
  if (found === undefined) return undefined
  const apart = found - current
  return { timeStep: found, driftSteps: Math.abs(apart) <= DRIFT_STEPS ? 0 : apart }
}

function timeStepAt(time: Date): number {
  return Math.floor(time.getTime() / STEP_MILLISECONDS)
}

function isCode(code: string, guess: string): boolean {
  const bytes = Buffer.from(guess)
  return bytes.length === DIGITS && timingSafeEqual(Buffer.from(code), bytes)
}

/** The bytes of a secret as authenticator apps write it: base32 (RFC 4648), spaces and padding allowed. */
export function decodeBase32(text: string): Uint8Array | undefined {
  const symbols = text.replaceAll(/[\s=]/g, '').toUpperCase()
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const symbol of symbols) {
    const index = BASE32.indexOf(symbol)
    if (index < 0) return undefined
    value = ((value << 5) | index) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  return Uint8Array.from(bytes)
}

/** The other way round, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  const symbols = bits.match(/.{1,5}/g) ?? []
  return symbols.map((symbol) => BASE32.charAt(Number.parseInt(symbol.padEnd(5, '0'), 2))).join('')
}
