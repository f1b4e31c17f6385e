import type { Random } from '../base/random.ts'
import { ALPHABET, randomCharacters } from './new-id.ts'

const PREFIX = 'ASIA'
const RADIX = ALPHABET.length

/** Holds every number of twelve digits. */
const ACCOUNT_CHARACTERS = 8
const RANDOM_CHARACTERS = 8

/** An access key id of temporary credentials. Half of it tells the account, as no row does; the other half is random. */
export function newSessionKeyId(accountId: string, random: Random): string {
  const digits = Number(accountId).toString(RADIX).padStart(ACCOUNT_CHARACTERS, '0')
  const account = Array.from(digits, (digit) => ALPHABET.charAt(Number.parseInt(digit, RADIX))).join('')
  return PREFIX + account + randomCharacters(RANDOM_CHARACTERS, random)
}

/** The account of an id of that shape; `undefined` for any other. Whether it was ever given nobody knows. */
export function accountOfSessionKey(accessKeyId: string): string | undefined {
  const [, account = ''] = /^ASIA([A-Z2-7]{8})[A-Z2-7]{8}$/.exec(accessKeyId) ?? []
  if (account === '') return undefined
  const digits = Array.from(account, (character) => ALPHABET.indexOf(character).toString(RADIX)).join('')
  return String(Number.parseInt(digits, RADIX)).padStart(12, '0')
}

/** Whether an access key id is of temporary credentials, by its prefix. */
export function isSessionKey(accessKeyId: string): boolean {
  return accessKeyId.startsWith(PREFIX)
}
