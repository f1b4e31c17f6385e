import { accountOf, arnOf, arnsOf, type Principal, userIdOf } from './principal.ts'

type Entry = readonly [key: string, value: string | undefined]

/** The condition keys that say who asks. Source: IAM User Guide, "aws:PrincipalType", "aws:userid" and "aws:username". */
export function principalKeys(principal: Principal): Entry[] {
  const isService: Entry = ['aws:PrincipalIsAWSService', String(principal.kind === 'service')]
  if (principal.kind === 'service') return [isService, ['aws:PrincipalServiceName', principal.service]]
  const account = accountOf(principal)
  if (!account) return [isService, ['aws:PrincipalType', 'Anonymous'], ['aws:userid', 'anonymous']]
  return [
    isService,
    ['aws:PrincipalArn', arnsOf(principal)[0] ?? arnOf(account)],
    ['aws:PrincipalAccount', account.id],
    ['aws:PrincipalType', PRINCIPAL_TYPES[principal.kind]],
    ['aws:userid', userIdOf(principal)],
    ['aws:username', principal.kind === 'user' ? principal.name : undefined],
  ]
}

const PRINCIPAL_TYPES: Readonly<Partial<Record<Principal['kind'], string>>> = {
  account: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
}
