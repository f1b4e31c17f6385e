import { createHash } from 'node:crypto'
import type { GuessGuard, GuessOutcome, ShortSecret } from '../guesses/guess-guard.ts'
import {
  iamLoginProfiles,
  type IamLoginProfileRow,
  type ScryptSetting,
} from '../metadata/tables/iam-tables.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { isOneOf, passwordDigest } from './password-digest.ts'

/** Whose password it is. */
export interface PasswordHolder {
  readonly userId: string
  readonly accountId: string
  readonly userName: string
}

/**
 * What becomes of a password that somebody shows for a user who has one; wrong ones are counted. What `use` writes where it is
 * right is written in the same commit; what it throws is thrown, and nothing is written.
 */
export function hearPassword(
  guesses: GuessGuard,
  holder: PasswordHolder,
  password: string,
  use: (profile: IamLoginProfileRow, transaction: Transaction, now: Date) => Promise<void>,
): Promise<GuessOutcome | 'unheard'> {
  const digests = new Map<string, Promise<Buffer>>()
  return guesses.hear(secretOfPassword(holder), async (transaction, now) => {
    const profile = await transaction.get(iamLoginProfiles, holder.userId)
    // Taken away meanwhile.
    if (!profile) return 'spent'
    const { scrypt, digests: known } = profile
    // Computed once, however often the transaction runs again.
    const digest = digests.get(scrypt.salt) ?? passwordDigest(password, scrypt)
    digests.set(scrypt.salt, digest)
    if (!isOneOf(await digest, known.slice(0, 1))) return 'wrong'
    await use(profile, transaction, now)
    return 'right'
  })
}

/** So many that who tries names is not often held up by others. */
const NOBODIES = 1024

/**
 * What becomes of a password that somebody shows for a user whom there is not: the same as of a wrong one, with the same work, so
 * that nobody learns who there is. Names share counts, so that strangers fill no store with them.
 */
export async function hearPasswordOfNobody(
  guesses: GuessGuard,
  name: string,
  password: string,
  scrypt: ScryptSetting,
): Promise<'wrong' | 'unheard'> {
  const number = createHash('sha256').update(name).digest().readUInt32BE() % NOBODIES
  let digest: Promise<Buffer> | undefined
  const outcome = await guesses.hear({ kind: 'password', whose: `nobody ${number}` }, async () => {
    await (digest ??= passwordDigest(password, scrypt))
    return 'wrong'
  })
  return outcome === 'unheard' ? outcome : 'wrong'
}

/** What counts guesses of a user's password. */
export function secretOfPassword({ accountId, userName }: PasswordHolder): ShortSecret {
  return { kind: 'password', whose: `${accountId} ${userName}` }
}
