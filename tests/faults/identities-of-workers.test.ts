import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import type { Credentials } from '../support/accounts.ts'
import { iamClient, makeUser, putPolicy } from '../support/identity-clients.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Each on a connection of its own, so that every worker has some of them. */
async function outcomes(server: ServerAddress, credentials: Credentials): Promise<Set<string>> {
  const asked = Array.from({ length: 24 }, () => rawRequest(server, { path: '/', credentials }))
  const answers = await Promise.all(asked)
  return new Set(answers.map(({ status, errorCode }) => errorCode ?? String(status)))
}

it(
  'every worker knows at its next request what another did to a user; a killed server has forgotten nothing',
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const options = { dataDirectory: folder.path, arguments: ['--workers', '2'] }
    const list = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }
    let credentials: Credentials
    {
      await using server = await startServerProcess(options)
      await expect
        .poll(async () => (await fetch(`${server.url}/-/metrics`)).text(), { timeout: 20_000 })
        .toContain('holdfast_process_up{process="2"} 1')
      const iam = iamClient(server)
      credentials = await makeUser(server, 'lister', list)
      expect(await outcomes(server, credentials)).toEqual(new Set(['200']))
      await iam.send(new DeleteUserPolicyCommand({ UserName: 'lister', PolicyName: 'own' }))
      expect(await outcomes(server, credentials)).toEqual(new Set(['AccessDenied']))
      await putPolicy(iam, 'lister', list)
      expect(await outcomes(server, credentials)).toEqual(new Set(['200']))
      await iam.send(new DeleteUserPolicyCommand({ UserName: 'lister', PolicyName: 'own' }))
      const document = (Effect: string) =>
        JSON.stringify({ Version: '2012-10-17', Statement: { ...list, Effect } })
      const named = { PolicyName: 'managed', PolicyDocument: document('Allow') }
      const { Policy: { Arn: PolicyArn } = {} } = await iam.send(new CreatePolicyCommand(named))
      await iam.send(new AttachUserPolicyCommand({ UserName: 'lister', PolicyArn }))
      expect(await outcomes(server, credentials)).toEqual(new Set(['200']))
      const denial = { PolicyArn, PolicyDocument: document('Deny'), SetAsDefault: true }
      await iam.send(new CreatePolicyVersionCommand(denial))
      expect(await outcomes(server, credentials)).toEqual(new Set(['AccessDenied']))
      await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
      expect(await outcomes(server, credentials)).toEqual(new Set(['200']))
      const key = { UserName: 'lister', AccessKeyId: credentials.accessKeyId }
      await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }))
      expect(await outcomes(server, credentials)).toEqual(new Set(['InvalidAccessKeyId']))
      await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }))
      await server.end('SIGKILL')
    }
    await using again = await startServerProcess(options)
    expect(await outcomes(again, credentials)).toEqual(new Set(['200']))
    await expect(iamClient(again).send(new CreateUserCommand({ UserName: 'Lister' }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    })
    expect(again.output()).not.toContain(credentials.secretAccessKey)
  },
)
