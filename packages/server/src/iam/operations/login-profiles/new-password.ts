import type { Account } from '../../../access/accounts.ts'
import { isOneOf, passwordDigest } from '../../../identities/password-digest.ts'
import { iamPasswordPolicies, type IamLoginProfileRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { assertGoodPassword, violation } from '../../shared/password-policy.ts'

/** A password that a user is to have, digested once for each salt however often a transaction runs again. */
export class NewPassword {
  readonly #account: Account
  readonly #password: string
  readonly #digests = new Map<string, Promise<Buffer>>()

  constructor(account: Account, password: string) {
    this.#account = account
    this.#password = password
  }

  /** The profile with it. Throws PasswordPolicyViolation where it is too weak, or was used before. */
  async into(
    transaction: Transaction,
    profile: Omit<IamLoginProfileRow, 'passwordSetMilliseconds'>,
    now: Date,
  ): Promise<IamLoginProfileRow> {
    const policy = await transaction.get(iamPasswordPolicies, this.#account.id)
    assertGoodPassword(this.#password, policy, this.#account)
    const kept = policy?.reusePrevention ?? 0
    const digest = await this.#digest(profile)
    if (isOneOf(digest, profile.digests.slice(0, kept))) {
      throw violation(`Password should not be one of the last ${kept}`)
    }
    const digests = [digest.toString('base64'), ...profile.digests].slice(0, Math.max(1, kept))
    return { ...profile, digests, passwordSetMilliseconds: now.getTime() }
  }

  #digest({ scrypt }: Pick<IamLoginProfileRow, 'scrypt'>): Promise<Buffer> {
    const digest = this.#digests.get(scrypt.salt) ?? passwordDigest(this.#password, scrypt)
    this.#digests.set(scrypt.salt, digest)
    return digest
  }
}
