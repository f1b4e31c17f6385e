import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { makeRole, makeUser, trustPolicy } from '../support/identity-clients.ts'
import { base32 } from '../support/mfa-devices.ts'
import { codeAt, STEP_MILLISECONDS } from '../support/one-time-code.ts'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'
import { runAws } from './run-aws.ts'
import { runBoto3 } from './run-boto3.ts'

const room = clientRoom()
/** Of the role whose profile reads a bucket. */
const sessionFor = (bucket: string) =>
  `arn:aws:sts::${mainAccount.id}:assumed-role/${bucket}-reader/by-profile`

describe('identities', { timeout: clientTimeoutMilliseconds }, () => {
  it('boto3 makes users, groups and roles, and takes sessions', async (context) => {
    expect(await runBoto3(context, room, 'identities.py')).toMatchObject({ exitCode: 0 })
  })

  it('boto3 makes an MFA device, and takes sessions with its codes', async (context) => {
    expect(await runBoto3(context, room, 'mfa.py')).toMatchObject({ exitCode: 0 })
  })

  it('the AWS CLI makes an MFA device, and takes a session with its code', async (context) => {
    await requireCommand(context, 'aws')
    const root = awsEnvironment(room.server, room.folder.path)
    const seedFile = join(room.folder.path, 'seed')
    const named = ['--virtual-mfa-device-name', 'cli', '--bootstrap-method', 'Base32StringSeed']
    const made = await aws(['iam', 'create-virtual-mfa-device', ...named, '--outfile', seedFile], root)
    const { VirtualMFADevice } = JSON.parse(made.text) as { VirtualMFADevice: { SerialNumber: string } }
    const serial = ['--serial-number', VirtualMFADevice.SerialNumber]
    const seed = base32(await readFile(seedFile, 'utf8'))
    const code = (steps: number) => codeAt(new Date(Date.now() + steps * STEP_MILLISECONDS), seed)
    const user = await makeUser(room.server, 'by-code')
    const codes = ['--authentication-code1', code(-2), '--authentication-code2', code(-1)]
    await aws(['iam', 'enable-mfa-device', '--user-name', 'by-code', ...serial, ...codes], root)
    const own = { ...root, AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey }
    const asking = ['sts', 'get-session-token', ...serial, '--token-code', code(0)]
    const session = await aws(asking, own)
    expect(JSON.parse(session.text)).toMatchObject({
      Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
    })
    await expect(aws(asking, own)).rejects.toThrow(
      'MultiFactorAuthentication failed with invalid MFA one time pass code.',
    )
  })

  it('the AWS CLI makes a policy and a boundary', async (context) => {
    await requireCommand(context, 'aws')
    const root = awsEnvironment(room.server, room.folder.path)
    const { accessKeyId, secretAccessKey } = await makeUser(room.server, 'bounded')
    const own = { ...root, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
    const named = ['--policy-name', 'all', '--policy-document', document]
    const created = await aws(['iam', 'create-policy', ...named], root)
    const { Policy } = JSON.parse(created.text) as { Policy: { Arn: string } }
    const user = ['--user-name', 'bounded']
    await aws(['iam', 'attach-user-policy', ...user, '--policy-arn', Policy.Arn], root)
    await aws(['s3', 'ls'], own)
    const boundary = ['--permissions-boundary', 'arn:aws:iam::aws:policy/IAMFullAccess']
    await aws(['iam', 'put-user-permissions-boundary', ...user, ...boundary], root)
    await expect(aws(['s3', 'ls'], own)).rejects.toThrow('AccessDenied')
  })

  it('the AWS CLI simulates policies, attached and as text', async (context) => {
    await requireCommand(context, 'aws')
    const root = awsEnvironment(room.server, room.folder.path)
    const reads = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::first/${aws:username}/*',
    }
    await makeUser(room.server, 'simulated', reads)
    const json = async (...words: string[]) => JSON.parse((await aws(['iam', ...words], root)).text) as object
    const source = ['--policy-source-arn', `arn:aws:iam::${mainAccount.id}:user/simulated`]
    const resources = ['arn:aws:s3:::first/simulated/k', 'arn:aws:s3:::first/others/k']
    const asked = ['--action-names', 's3:GetObject', 's3:PutObject', '--resource-arns', ...resources]
    const decided = await json('simulate-principal-policy', ...source, ...asked, '--page-size', '1')
    expect(decided).toMatchObject({
      EvaluationResults: [
        {
          EvalActionName: 's3:GetObject',
          EvalDecision: 'implicitDeny',
          ResourceSpecificResults: [
            { EvalResourceDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'own' }] },
            { EvalResourceDecision: 'implicitDeny', MatchedStatements: [] },
          ],
        },
        { EvalActionName: 's3:PutObject', EvalDecision: 'implicitDeny' },
      ],
    })
    const Statement = [
      { ...reads, Condition: { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } } },
    ]
    const policies = ['--policy-input-list', JSON.stringify({ Version: '2012-10-17', Statement })]
    const keys = ['aws:username', 'aws:CurrentTime']
    expect(await json('get-context-keys-for-custom-policy', ...policies)).toEqual({ ContextKeyNames: keys })
    expect(await json('get-context-keys-for-principal-policy', ...source)).toEqual({
      ContextKeyNames: ['aws:username'],
    })
    const entry = (name: string, type: string, value: string) =>
      `ContextKeyName=${name},ContextKeyType=${type},ContextKeyValues=${value}`
    const entries = [
      entry('aws:username', 'string', 'jill'),
      entry('aws:CurrentTime', 'date', '2026-11-28T00:00:00Z'),
    ]
    const custom = [
      ...policies,
      '--action-names',
      's3:GetObject',
      '--resource-arns',
      'arn:aws:s3:::first/jill/k',
    ]
    expect(await json('simulate-custom-policy', ...custom)).toMatchObject({
      EvaluationResults: [{ EvalDecision: 'implicitDeny', MissingContextValues: keys.slice(0, 1) }],
    })
    expect(await json('simulate-custom-policy', ...custom, '--context-entries', ...entries)).toMatchObject({
      EvaluationResults: [{ EvalDecision: 'allowed', MissingContextValues: [] }],
    })
  })

  it('the lines of the README make a user for an application, with one bucket and nothing else', async (context) => {
    await requireCommand(context, 'aws')
    for (const bucket of ['first', 'second']) await createBucket(room.server, bucket)
    const root = awsEnvironment(room.server, room.folder.path)
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const [, lines = ''] = /```sh\n((?:(?!```)[^])*aws iam create-access-key[^]*?)```/.exec(readme) ?? []
    const script = lines.replace('http://127.0.0.1:9000', room.server.url)
    const options = { environment: root, timeoutMilliseconds: clientTimeoutMilliseconds }
    const { text } = await runCommand('sh', ['-ec', script], options)
    const [, AWS_ACCESS_KEY_ID = ''] = /"AccessKeyId": "([^"]+)"/.exec(text) ?? []
    const [, AWS_SECRET_ACCESS_KEY = ''] = /"SecretAccessKey": "([^"]+)"/.exec(text) ?? []
    const app = { ...root, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }
    const file = join(room.folder.path, 'file')
    await writeFile(file, 'of the application')
    await aws(['s3', 'cp', file, 's3://first/file'], app)
    expect((await aws(['s3', 'cp', 's3://first/file', '-'], app)).text).toBe('of the application')
    for (const denied of [
      ['s3', 'cp', file, 's3://second/file'],
      ['s3', 'ls'],
      ['iam', 'list-users'],
    ]) {
      await expect(aws(denied, app)).rejects.toThrow('AccessDenied')
    }
  })

  it('a profile with a role and a source profile: the AWS CLI', async (context) => {
    await requireCommand(context, 'aws')
    const environment = await profiles('cli')
    const identity = JSON.parse((await aws(['sts', 'get-caller-identity'], environment)).text) as object
    expect(identity).toMatchObject({ Account: mainAccount.id, Arn: sessionFor('cli') })
    expect((await aws(['s3', 'ls', 's3://cli'], environment)).text).toMatch(/ 4 k\n/)
  })

  it('a profile with a role and a source profile: the SDK for JavaScript', async () => {
    const environment = await profiles('javascript')
    const script = fileURLToPath(new URL('profile-of-role.ts', import.meta.url))
    const { text } = await runCommand(process.execPath, [script, 'javascript'], { environment })
    expect(JSON.parse(text)).toEqual({ arn: sessionFor('javascript'), body: 'body' })
  })
})

function aws(words: readonly string[], environment: Record<string, string>) {
  return runAws(['--endpoint-url', room.server.url, ...words, '--output', 'json'], {
    timeoutMilliseconds: clientTimeoutMilliseconds,
    environment,
  })
}

/** A bucket with an object in it, a role that reads it, and the environment of a program whose profile has that role. */
async function profiles(bucket: string): Promise<Record<string, string>> {
  await createBucket(room.server, bucket)
  await putObject(room.server, bucket, 'k', 'body')
  const reads = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' }
  const RoleArn = await makeRole(
    room.server,
    { RoleName: `${bucket}-reader`, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) },
    reads,
  )
  const assumes = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn }
  const user = await makeUser(room.server, bucket, assumes)
  const file = join(room.folder.path, 'profiles')
  await writeFile(
    file,
    `[profile user]
aws_access_key_id = ${user.accessKeyId}
aws_secret_access_key = ${user.secretAccessKey}
[profile reader]
role_arn = ${RoleArn}
source_profile = user
role_session_name = by-profile
`,
  )
  const {
    AWS_ACCESS_KEY_ID: _id,
    AWS_SECRET_ACCESS_KEY: _secret,
    ...rest
  } = awsEnvironment(room.server, room.folder.path)
  return {
    ...rest,
    AWS_CONFIG_FILE: file,
    AWS_PROFILE: 'reader',
    AWS_ENDPOINT_URL: room.server.url,
    AWS_REGION: testRegion,
  }
}
