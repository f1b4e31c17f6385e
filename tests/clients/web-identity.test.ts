import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { runPython } from '../support/forked-python.ts'
import { iamClient, makeRole } from '../support/identity-clients.ts'
import { CLIENT_ID, OidcIssuer } from '../support/oidc-issuer.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { awsEnvironment } from './aws-environment.ts'
import { runAws } from './run-aws.ts'

let issuer: OidcIssuer
let server: ServerProcess
let folder: TemporaryDirectory
/** Of a job that has a token and no key. */
let environment: Record<string, string>

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const arn = `arn:aws:sts::${mainAccount.id}:assumed-role/deploy/job-7`
const options = () => ({ environment, timeoutMilliseconds: clientTimeoutMilliseconds })

beforeAll(async () => {
  folder = await temporaryDirectory()
  issuer = await OidcIssuer.open()
  server = await startServerProcess({ config: { privateIdentityProviders: [issuer.url] } })
  await createBucket(server, 'site')
  await putObject(server, 'site', 'k', 'body')
  // Without a thumbprint: the server gets it from the provider itself.
  const provider = new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: [CLIENT_ID] })
  const { OpenIDConnectProviderArn: Federated } = await iamClient(server).send(provider)
  const Condition = { StringEquals: { [`${issuer.address}:sub`]: 'repo:a/b' } }
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition,
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const reads = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' }
  const AWS_ROLE_ARN = await makeRole(server, { RoleName: 'deploy', AssumeRolePolicyDocument }, reads)
  const file = join(folder.path, 'token')
  await writeFile(file, await issuer.token())
  const {
    AWS_ACCESS_KEY_ID: _id,
    AWS_SECRET_ACCESS_KEY: _secret,
    ...rest
  } = awsEnvironment(server, folder.path)
  environment = {
    ...rest,
    AWS_ROLE_ARN,
    AWS_ROLE_SESSION_NAME: 'job-7',
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: testRegion,
  }
}, clientTimeoutMilliseconds)

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

describe('a token in a file, and no key', { timeout: clientTimeoutMilliseconds }, () => {
  it('the SDK for JavaScript', async () => {
    const { text } = await runCommand(process.execPath, [script('profile-of-role.ts'), 'site'], options())
    expect(JSON.parse(text)).toEqual({ arn, body: 'body' })
  })

  it('boto3', async (context) => {
    const python = await requirePythonModule(context, 'boto3')
    const { text } = await runPython(python, script('boto3/web_identity.py'), ['site'], options())
    expect(JSON.parse(text)).toEqual({ arn, body: 'body' })
  })

  it('the AWS CLI', async (context) => {
    await requireCommand(context, 'aws')
    const aws = (...words: string[]) => runAws([...words, '--output', 'json'], options())
    expect(JSON.parse((await aws('sts', 'get-caller-identity')).text)).toMatchObject({ Arn: arn })
    expect((await aws('s3', 'ls', 's3://site')).text).toMatch(/ 4 k\n/)
    await expect(aws('iam', 'list-open-id-connect-providers')).rejects.toThrow('AccessDenied')
  })

  it('the AWS CLI asks for it by hand', async (context) => {
    await requireCommand(context, 'aws')
    const token = [
      '--role-session-name',
      'by-hand',
      '--web-identity-token',
      await issuer.token({ sub: 'repo:c/d' }),
    ]
    const role = ['--role-arn', environment['AWS_ROLE_ARN'] ?? '']
    const asking = runAws(['sts', 'assume-role-with-web-identity', ...role, ...token], options())
    await expect(asking).rejects.toThrow('Not authorized to perform sts:AssumeRoleWithWebIdentity')
  })
})
