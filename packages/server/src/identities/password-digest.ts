import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../base/random.ts'
import { QueryError } from '../model/query-error.ts'
import type { ScryptSetting } from '../metadata/tables/iam-tables.ts'

const DIGEST_BYTES = 32
const SALT_BYTES = 16

/** With it a digest takes 32 MiB and a third of a second. Source: OWASP, "Password Storage Cheat Sheet", scrypt. */
export const PASSWORD_COST = 2 ** 15
const BLOCKS = { blockSize: 8, parallelization: 3 } as const
const BYTES_A_BLOCK = 128

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** One at a time: the threads that it runs on are those that files are read and written by. */
let last: Promise<unknown> = Promise.resolve()
let waiting = 0
/** So that nobody has all others wait for minutes. */
const MOST_WAITING = 64

/** `cost`: scrypt's N, `PASSWORD_COST` but in tests. */
export function newScryptSetting(random: Random, cost: number): ScryptSetting {
  return { salt: random.bytes(SALT_BYTES).toString('base64'), cost, ...BLOCKS }
}

/**
 * Waits for all that are being computed before it, and never on the main thread. Rejects with Throttling where those are too
 * many.
 */
export async function passwordDigest(
  password: string,
  { salt, cost, blockSize, parallelization }: ScryptSetting,
): Promise<Buffer> {
  const maxmem = 2 * BYTES_A_BLOCK * blockSize * (cost + parallelization)
  const options = { cost, blockSize, parallelization, maxmem }
  if (waiting >= MOST_WAITING) throw new QueryError('Throttling', 'Rate exceeded')
  waiting++
  const digest = last.then(() => derive(password, Buffer.from(salt, 'base64'), DIGEST_BYTES, options))
  last = digest.catch(() => undefined)
  try {
    return await digest
  } finally {
    waiting--
  }
}

/** Whether it is one of these, in base64. Takes as long for all that there are as many of. */
export function isOneOf(digest: Buffer, others: readonly string[]): boolean {
  const same = others.map((other) => timingSafeEqual(digest, Buffer.from(other, 'base64')))
  return same.includes(true)
}
