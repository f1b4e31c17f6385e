import { createHmac } from 'node:crypto'

/** The secret of the devices of tests, as a config has it: base32 of `12345678901234567890`. */
export const DEVICE_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

export const STEP_MILLISECONDS = 30_000

/** What a device with that secret, or another seed, shows. RFC 6238, written apart from the server's. */
export function codeAt(time: Date, seed: string | Buffer = '12345678901234567890'): string {
  const counter = Buffer.alloc(8)
  counter.writeUInt32BE(Math.floor(time.getTime() / STEP_MILLISECONDS), 4)
  const digest = createHmac('sha1', seed).update(counter).digest()
  const offset = (digest[19] ?? 0) % 16
  return String((digest.readUInt32BE(offset) % 2 ** 31) % 1_000_000).padStart(6, '0')
}
