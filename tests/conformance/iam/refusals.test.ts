import { PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { makeRole, makeUser, sessionOf, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { openIamRoom } from './iam-room.suite.ts'
import { makePolicy, policyText } from './own-policies.suite.ts'

/* Source: IAM User Guide, "Troubleshoot access denied error messages". */

const room = openIamRoom()
const allow = (Action: string, Effect = 'Allow') => ({ Effect, Action, Resource: '*' })

async function refusalOf(credentials: Credentials): Promise<string> {
  const answer = await queryRequest(room.server, 'iam', { Action: 'ListUsers' }, { credentials })
  expect([answer.status, answer.errorCode]).toEqual([403, 'AccessDenied'])
  return /on resource: \S+ (.*)<\/Message>/.exec(answer.text)?.[1] ?? answer.text
}

const lacking = (what: string): string => `because no ${what} allows the iam:ListUsers action`

describe('a refusal names the kind of policy that', () => {
  it.each([
    ['has nothing', allow('s3:*'), undefined, lacking('identity-based policy')],
    ['denies', allow('iam:*', 'Deny'), undefined, 'with an explicit deny in an identity-based policy'],
    ['bounds', allow('iam:*'), allow('s3:*'), lacking('permissions boundary')],
    [
      'denies as a boundary',
      allow('iam:*'),
      allow('iam:List*', 'Deny'),
      'with an explicit deny in a permissions boundary',
    ],
  ])('of a user %s', async (kind, own, boundary, expected) => {
    const UserName = kind.replaceAll(' ', '-')
    const credentials = await makeUser(room.server, UserName, own)
    if (boundary) {
      const PermissionsBoundary = await makePolicy(room, UserName, { PolicyDocument: policyText(boundary) })
      await room.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
    }
    expect(await refusalOf(credentials)).toBe(expected)
  })

  it.each([
    [allow('s3:*'), lacking('session policy')],
    [allow('iam:*', 'Deny'), 'with an explicit deny in a session policy'],
  ])('of a session %o', async (statement, expected) => {
    const RoleName = `role-${statement.Effect}`
    const user = await makeUser(room.server, RoleName, allow('sts:*'))
    const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
    const RoleArn = await makeRole(room.server, { RoleName, AssumeRolePolicyDocument }, allow('iam:*'))
    const assuming = { RoleArn, RoleSessionName: 'session', Policy: policyText(statement) }
    const { Credentials: given } = await stsClient(room.server, user).send(new AssumeRoleCommand(assuming))
    expect(await refusalOf(sessionOf(given))).toBe(expected)
  })
})
