import type { User } from '../../access/principal.ts'
import { DAY_MILLISECONDS } from '../../base/day.ts'
import { NewPassword } from '../../iam/operations/login-profiles/new-password.ts'
import type { IamService } from '../../iam/shared/iam-service.ts'
import { callerWithPassword } from '../../iam/shared/password-policy.ts'
import type { FoundUser } from '../../iam/shared/users.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import type { SigningCaller } from '../../identities/signing-caller.ts'
import { storedUser } from '../../identities/user-callers.ts'
import {
  iamLoginProfiles,
  type IamLoginProfileRow,
  iamPasswordPolicies,
  type IamPasswordPolicyRow,
} from '../../metadata/tables/iam-tables.ts'
import { readRow, transact, Transaction } from '../../metadata/transaction.ts'
import { QueryError } from '../../model/query-error.ts'
import { AdministrationError, invalidRequest } from '../administration-error.ts'
import { refused } from './refused.ts'

interface WhoSignsIn {
  readonly principal: User
  readonly user: FoundUser
  readonly conditions: SigningCaller['conditions']
}

/**
 * Puts the new password in the place of one that has to be changed. Throws PasswordChangeRequired where none came, PasswordExpired
 * where the user may not change it, PasswordPolicyViolation for one that is not good.
 */
export async function changePasswordIfDue(
  service: IamService,
  who: WhoSignsIn,
  { password, newPassword }: { readonly password: string; readonly newPassword?: string | undefined },
): Promise<void> {
  const { user, principal } = who
  const seen = await readRow(service.metadata, iamLoginProfiles, user.id)
  if (!seen) throw refused('the password was taken away meanwhile')
  const policy = await readRow(service.metadata, iamPasswordPolicies, principal.account.id)
  const isExpired = hasExpired(seen, policy, service.clock.now())
  if (!seen.resetRequired && !isExpired) {
    if (newPassword === undefined) return
    throw invalidRequest('newPassword is for a password that has to be changed; this one has not')
  }
  if (isExpired && policy?.hardExpiry) throw expired('ask an administrator for another')
  await assertMayChange(service, who)
  if (newPassword === undefined) {
    throw new AdministrationError(
      'PasswordChangeRequired',
      'The password has to be changed: send newPassword',
    )
  }
  if (newPassword === password) throw violation('The new password has to be another one')
  await change(service, user, seen, new NewPassword(principal.account, newPassword))
}

/** Source: IAM API Reference, UpdateAccountPasswordPolicy, MaxPasswordAge. */
function hasExpired(
  { passwordSetMilliseconds }: IamLoginProfileRow,
  policy: IamPasswordPolicyRow | undefined,
  now: Date,
): boolean {
  const { maximumAgeDays } = policy ?? {}
  if (maximumAgeDays === undefined) return false
  return now.getTime() - passwordSetMilliseconds >= maximumAgeDays * DAY_MILLISECONDS
}

/** As with ChangePassword: by a policy, or since the account lets all its users. */
async function assertMayChange(
  service: IamService,
  { principal, user, conditions }: WhoSignsIn,
): Promise<void> {
  const { account, id: userId } = principal
  const stored = await storedUser(new Transaction(service.metadata), { userId, accountId: account.id })
  if (!stored) throw refused('the user is gone')
  const { policies, traits } = stored
  const caller = await callerWithPassword({
    service,
    caller: { principal, policies, traits, account, conditions },
  })
  try {
    authorizeCall(service, caller, { action: 'iam:ChangePassword', resource: user.arn })
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause
    throw expired('this user may not change it (iam:ChangePassword); ask an administrator', cause)
  }
}

async function change(
  { metadata, clock }: IamService,
  user: FoundUser,
  seen: IamLoginProfileRow,
  password: NewPassword,
): Promise<void> {
  try {
    await transact(metadata, async (transaction) => {
      const profile = await transaction.get(iamLoginProfiles, user.id)
      if (profile?.digests[0] !== seen.digests[0]) throw refused('the password was changed meanwhile')
      const changed = await password.into(transaction, profile ?? seen, clock.now())
      transaction.put(iamLoginProfiles, [user.id], { ...changed, resetRequired: false })
    })
  } catch (cause) {
    if (cause instanceof QueryError && cause.code === 'PasswordPolicyViolation')
      throw violation(cause.message)
    throw cause
  }
}

function expired(remedy: string, cause?: unknown): AdministrationError {
  return new AdministrationError('PasswordExpired', `The password has to be changed: ${remedy}`, { cause })
}

function violation(message: string): AdministrationError {
  return new AdministrationError('PasswordPolicyViolation', message)
}
