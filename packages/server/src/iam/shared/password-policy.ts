import type { Account } from '../../access/accounts.ts'
import { parsePolicy } from '../../access/policy/parse-policy.ts'
import { ownArnOf, withoutPath } from '../../access/principal.ts'
import type { SigningCaller } from '../../identities/signing-caller.ts'
import { iamPasswordPolicies, type IamPasswordPolicyRow } from '../../metadata/tables/iam-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { QueryError } from '../../model/query-error.ts'
import type { IamContext } from './iam-service.ts'

/** Source: IAM API Reference, UpdateAccountPasswordPolicy, RequireSymbols. */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/
const CLASSES = [/[A-Z]/, /[a-z]/, /[0-9]/, SYMBOL] as const

/** Source: IAM User Guide, "Set an account password policy for IAM users", "Default password policy". */
const DEFAULT_CHARACTERS = 8
const DEFAULT_CLASSES = 3

/** Throws PasswordPolicyViolation, which tells nothing of the password. */
export function assertGoodPassword(
  password: string,
  policy: IamPasswordPolicyRow | undefined,
  account: Account,
): void {
  if (!policy) return assertGoodByDefault(password, account)
  assertLong(password, policy.minimumCharacters)
  const [uppercase, lowercase, number] = CLASSES
  const required = [
    [policy.requiresUppercase, uppercase, 'uppercase letter'],
    [policy.requiresLowercase, lowercase, 'lowercase letter'],
    [policy.requiresNumbers, number, 'number'],
    [policy.requiresSymbols, SYMBOL, 'symbol'],
  ] as const
  for (const [isRequired, pattern, name] of required) {
    if (isRequired && !pattern.test(password)) throw violation(`Password should have at least one ${name}`)
  }
}

function assertGoodByDefault(password: string, { name, email }: Account): void {
  assertLong(password, DEFAULT_CHARACTERS)
  if (CLASSES.filter((pattern) => pattern.test(password)).length < DEFAULT_CLASSES) {
    throw violation(
      'Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols',
    )
  }
  const lower = password.toLowerCase()
  if (lower === name.toLowerCase() || lower === email?.toLowerCase()) {
    throw violation('Password should not be the name or the email address of the account')
  }
}

function assertLong(password: string, characters: number): void {
  if (Array.from(password).length >= characters) return
  throw violation(`Password should have a minimum length of ${characters}`)
}

export function violation(message: string): QueryError {
  return new QueryError('PasswordPolicyViolation', message)
}

/**
 * The caller with what the password policy gives to all users of an account. Source: IAM API Reference, PasswordPolicy,
 * AllowUsersToChangePassword: "Gives IAM users permissions to iam:ChangePassword for only their user and to the
 * iam:GetAccountPasswordPolicy action."
 */
export async function callerWithPassword({ service, caller }: IamContext): Promise<SigningCaller> {
  const { principal, policies, account } = caller
  if (principal.kind !== 'user') return caller
  const row = await readRow(service.metadata, iamPasswordPolicies, account.id)
  if (!row?.usersMayChange) return caller
  const statement = [
    { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: ownArnOf(principal) },
    { Effect: 'Allow', Action: 'iam:GetAccountPasswordPolicy', Resource: '*' },
  ]
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), {
    kind: 'identity',
  })
  const of = { kind: 'user', name: withoutPath(principal.name) } as const
  const given = { name: 'AllowUsersToChangePassword', of, policy }
  return { ...caller, policies: { ...policies, identity: [...policies.identity, given] } }
}
