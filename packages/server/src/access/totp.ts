import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MILLISECONDS = 30_000
const DIGITS = 6
/** Codes of the step before and the one after are good too: clocks differ, and people type. */
const DRIFT_STEPS = 1
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
 * Takes as long for every code.
 */
export function timeStepOfCode(secret: Uint8Array, code: string, now: Date): number | undefined {
  const guess = Buffer.from(code)
  if (guess.length !== DIGITS) return undefined
  const current = Math.floor(now.getTime() / STEP_MILLISECONDS)
  let found: number | undefined
  for (let step = current + DRIFT_STEPS; step >= current - DRIFT_STEPS; step--) {
    if (timingSafeEqual(Buffer.from(totpCode(secret, step)), guess)) found = step
  }
  return found
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
