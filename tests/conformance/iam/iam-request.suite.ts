import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeUser, trustPolicy } from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { startTestServer } from '../../support/server.ts'

const ACCOUNT = '100000000001'

interface DescribedRequest {
  /** What comes with it, besides Action and Version; it is about the user `somebody`, the group `gang`, the role `worker` or the instance profile `machine`, of the path `/team/`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** What stands behind the account in the ARN that the permission is on; `*` where it is on none. */
  readonly resource: string
  /** What else it takes a permission of. */
  readonly also?: `iam:${string}`
}

/** What holds of every operation of IAM: who may send it. */
export function describeIamRequest(
  Action: string,
  { parameters = {}, resource, also }: DescribedRequest,
): void {
  describe(`who may ${Action}`, () => {
    let server: TestServer
    const arn = resource === '*' ? '*' : `arn:aws:iam::${ACCOUNT}:${resource}`
    beforeAll(async () => {
      server = await startTestServer()
      await queryRequest(server, 'iam', { Action: 'CreateUser', UserName: 'somebody', Path: '/team/' })
      await queryRequest(server, 'iam', { Action: 'CreateGroup', GroupName: 'gang', Path: '/team/' })
      await queryRequest(server, 'iam', {
        Action: 'CreateRole',
        RoleName: 'worker',
        Path: '/team/',
        AssumeRolePolicyDocument: trustPolicy(ACCOUNT),
      })
      const machine = { InstanceProfileName: 'machine', Path: '/team/' }
      await queryRequest(server, 'iam', { Action: 'CreateInstanceProfile', ...machine })
      return () => server[Symbol.asyncDispose]()
    })

    it('is nobody without a signature', async () => {
      const answer = await queryRequest(server, 'iam', { Action, ...parameters }, { anonymous: true })
      expect([answer.status, answer.errorCode]).toEqual([403, 'MissingAuthenticationToken'])
    })

    it('is no user without a policy, who is told what is missing', async () => {
      const credentials = await makeUser(server, 'powerless')
      const answer = await queryRequest(server, 'iam', { Action, ...parameters }, { credentials })
      expect([answer.status, answer.errorCode]).toEqual([403, 'AccessDenied'])
      const who = `User: arn:aws:iam::${ACCOUNT}:user/powerless`
      const what = `is not authorized to perform: iam:${Action} on resource: ${arn} because no identity-based policy`
      expect(answer.text).toContain(`${who} ${what}`)
    })

    it('is a user with that very permission, unless it is denied', async () => {
      const allow = { Effect: 'Allow', Action: `iam:${Action}`, Resource: arn }
      const others = also ? [{ ...allow, Action: also, Resource: '*' }] : []
      const credentials = await makeUser(server, 'able', allow, ...others)
      const allowed = await queryRequest(server, 'iam', { Action, ...parameters }, { credentials })
      expect(allowed.errorCode).not.toBe('AccessDenied')
      const deny = { Effect: 'Deny', Action: 'iam:*', Resource: '*' }
      const unable = { credentials: await makeUser(server, 'unable', allow, deny) }
      const denied = await queryRequest(server, 'iam', { Action, ...parameters }, unable)
      expect(denied.text).toContain('with an explicit deny in an identity-based policy')
    })
  })
}
