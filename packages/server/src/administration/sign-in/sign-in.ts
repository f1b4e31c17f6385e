import type { Account } from '../../access/accounts.ts'
import type { Principal } from '../../access/principal.ts'
import type { ContextKeys } from '../../access/request-context.ts'
import { findEntity } from '../../iam/shared/named-entity.ts'
import type { IamService } from '../../iam/shared/iam-service.ts'
import { type FoundUser, users } from '../../iam/shared/users.ts'
import { hearPassword, hearPasswordOfNobody } from '../../identities/hear-password.ts'
import { newScryptSetting, passwordDigest } from '../../identities/password-digest.ts'
import {
  iamAccountAliases,
  iamLoginProfiles,
  type IamLoginProfileRow,
  type ScryptSetting,
} from '../../metadata/tables/iam-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { QueryError } from '../../model/query-error.ts'
import { newCredentials } from '../../sts/shared/new-credentials.ts'
import { AdministrationError, invalidRequest } from '../administration-error.ts'
import { readMembers } from '../read-members.ts'
import type { AddressGuard } from './address-guard.ts'
import { refused } from './refused.ts'
import { hasGivenCode } from './given-code.ts'
import { changePasswordIfDue } from './due-password.ts'
import { shownCredentials, type SignedIn } from './signed-in.ts'

export interface SignInRequest {
  readonly body: Uint8Array
  readonly remoteAddress: string | undefined
  /** Condition keys of the request. */
  readonly conditions: ContextKeys
  /** Is told whose password was right. */
  readonly called: (principal: Principal) => void
}

/** Source: AWS's console ends a session of an IAM user after twelve hours. */
const MOST_SECONDS = 43_200
const LEAST_SECONDS = 900

const MEMBERS = {
  account: 'text',
  userName: 'text',
  password: 'text',
  code: 'optional text',
  serialNumber: 'optional text',
  newPassword: 'optional text',
  durationSeconds: 'optional number',
} as const

type Given = ReturnType<typeof readMembers<typeof MEMBERS>>

/** A user who has a password. */
interface Holder {
  readonly account: Account
  readonly user: FoundUser
}

/** Signs users in by their passwords. */
export class SignIn {
  readonly #service: IamService
  readonly #addresses: AddressGuard
  /** What a password is held against that is nobody's. */
  readonly #decoy: ScryptSetting

  constructor(service: IamService, addresses: AddressGuard) {
    this.#service = service
    this.#addresses = addresses
    this.#decoy = newScryptSetting(service.random, service.passwordCost)
  }

  /**
   * Temporary credentials of a user. Throws AdministrationError; who does not know the password gets one and the same, after one and
   * the same work, whether or not there is such an account or user.
   */
  async run(request: SignInRequest): Promise<SignedIn> {
    const given = readMembers(request.body, MEMBERS)
    const seconds = secondsOf(given)
    return this.#addresses.hear(
      request.remoteAddress,
      () => this.#attempt(given, seconds, request),
      (error) => error instanceof AdministrationError && error.code === 'SignInRefused',
    )
  }

  async #attempt(given: Given, seconds: number, request: SignInRequest): Promise<SignedIn> {
    const { account, user } = await this.#hear(given)
    const { id, row } = user
    const principal = { kind: 'user', account, id, name: `${row.path.slice(1)}${row.name}` } as const
    request.called(principal)
    const hasMfa = await hasGivenCode(this.#service, principal, row.mfaDevices ?? [], given)
    await changePasswordIfDue(this.#service, { principal, user, conditions: request.conditions }, given)
    const of = { accountId: account.id, userId: id, isSignIn: true as const, ...(hasMfa && { hasMfa }) }
    const { Credentials: made } = await newCredentials(this.#service, account.id, seconds, of)
    this.#service.keyUses.note(id, 'signin', this.#service.region)
    return {
      credentials: shownCredentials(made),
      account: account.id,
      arn: user.arn,
      userName: row.name,
    }
  }

  /** The user whose password it is. */
  async #hear(given: Given): Promise<Holder> {
    const { guesses } = this.#service
    const holder = await this.#holder(given)
    const outcome = await this.#queued(
      holder
        ? hearPassword(guesses, passwordHolder(holder), given.password, () => Promise.resolve())
        : hearPasswordOfNobody(guesses, `${given.account}\0${given.userName}`, given.password, this.#decoy),
    )
    // Not looked at, which is to take as long.
    if (outcome === 'unheard') await this.#queued(passwordDigest(given.password, this.#decoy))
    if (holder && outcome === 'right') return holder
    throw refused(
      holder ? `the password of ${holder.user.arn} is ${outcome}` : 'no such user with a password',
    )
  }

  async #queued<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work
    } catch (cause) {
      if (!(cause instanceof QueryError) || cause.code !== 'Throttling') throw cause
      const headers = { 'Retry-After': '30' }
      throw new AdministrationError('TooManyAttempts', 'Too many sign in at once', { headers, cause })
    }
  }

  async #holder({ account: name, userName }: Given): Promise<Holder | undefined> {
    const { metadata, accounts } = this.#service
    const alias = await readRow(metadata, iamAccountAliases, 'alias', keyOf(name))
    const account = accounts.findActive(alias?.accountId ?? name)
    const user = await findEntity(metadata, users, account?.id ?? '', keyOf(userName))
    const profile: IamLoginProfileRow | undefined = await readRow(metadata, iamLoginProfiles, user?.id ?? '')
    return account && user && profile && { account, user }
  }
}

/** No alias and no name of a user has as many; longer ones would be no keys. */
const MOST_NAME_CHARACTERS = 128

/** Cut within a character, it would be no text that a key can have. */
function keyOf(name: string): string {
  return name.slice(0, MOST_NAME_CHARACTERS).toWellFormed()
}

function passwordHolder({ account, user }: Holder) {
  return { userId: user.id, accountId: account.id, userName: user.row.name }
}

function secondsOf({ durationSeconds = MOST_SECONDS }: Given): number {
  const isWhole = Number.isInteger(durationSeconds)
  if (isWhole && durationSeconds >= LEAST_SECONDS && durationSeconds <= MOST_SECONDS) return durationSeconds
  throw invalidRequest(`durationSeconds has to be a whole number from ${LEAST_SECONDS} to ${MOST_SECONDS}`)
}
