import type { IamPolicyRow } from '../metadata/tables/iam-tables.ts'

const POLICY_ARN = /^arn:aws:iam::(\d{12}):policy\/(?:.*\/)?([\w+=,.@-]{1,128})$/

/** Where the row of an account's own policy is that has an ARN; whether it has is left to `policyArn`. */
export function policyKeyOf(arn: string): [accountId: string, lowerName: string] | undefined {
  const [, accountId, name] = POLICY_ARN.exec(arn) ?? []
  return accountId === undefined || name === undefined ? undefined : [accountId, name.toLowerCase()]
}

export function policyArn({
  accountId,
  path,
  name,
}: Pick<IamPolicyRow, 'accountId' | 'path' | 'name'>): string {
  return `arn:aws:iam::${accountId}:policy${path}${name}`
}
