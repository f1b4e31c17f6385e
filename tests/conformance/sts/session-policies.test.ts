import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const lists = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }
const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const awsPolicy = (name: string) => `arn:aws:iam::aws:policy/${name}`

let server: TestServer
let user: Credentials
let RoleArn: string
beforeAll(async () => {
  server = await startTestServer()
  user = await makeUser(server, 'user', everything)
  const role = { RoleName: 'role', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }
  RoleArn = await makeRole(server, role, everything)
  return () => server[Symbol.asyncDispose]()
})

interface Narrowing {
  readonly Policy?: string
  readonly PolicyArns?: { readonly arn: string }[]
}

async function makePolicy(PolicyName: string, document: string, iam = iamClient(server)): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: document }))
  return Policy?.Arn ?? ''
}

const list = (credentials: Credentials) => s3Client(server, { credentials }).send(new ListBucketsCommand())
const make = (credentials: Credentials, Bucket: string) =>
  s3Client(server, { credentials }).send(new CreateBucketCommand({ Bucket }))

const denied = { name: 'AccessDenied' }
const named = (...arns: readonly string[]) => arns.map((arn) => ({ arn }))

const KINDS = [
  {
    operation: 'AssumeRole',
    ask: (narrowing: Narrowing) =>
      stsClient(server, user).send(
        new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...narrowing }),
      ),
  },
  {
    operation: 'GetFederationToken',
    ask: (narrowing: Narrowing) =>
      stsClient(server, user).send(new GetFederationTokenCommand({ Name: 'somebody', ...narrowing })),
  },
]

describe.each(KINDS)('managed policies of a session of $operation', ({ operation, ask }) => {
  const begin = async (narrowing: Narrowing) => sessionOf((await ask(narrowing)).Credentials)
  const prefix = operation.toLowerCase()

  it('narrow it, those of AWS and of the account alike', async () => {
    const own = await makePolicy(`${prefix}-own`, policyOf(lists))
    for (const arn of [own, awsPolicy('AmazonS3ReadOnlyAccess')]) {
      const session = await begin({ PolicyArns: named(arn) })
      await list(session)
      await expect(make(session, 'not-made')).rejects.toMatchObject(denied)
    }
    const elsewhere = await begin({ PolicyArns: named(awsPolicy('IAMFullAccess')) })
    await expect(list(elsewhere)).rejects.toMatchObject(denied)
  })

  it('say together, with the inline one, what it may; a denial in any of them wins', async () => {
    const creates = await makePolicy(`${prefix}-creates`, policyOf({ ...lists, Action: 's3:CreateBucket' }))
    const both = await begin({ Policy: policyOf(lists), PolicyArns: named(creates) })
    await list(both)
    await make(both, `${prefix}-made`)
    const deny = await makePolicy(`${prefix}-denies`, policyOf({ ...lists, Effect: 'Deny' }))
    const less = await begin({ PolicyArns: named(awsPolicy('AdministratorAccess'), deny) })
    await expect(list(less)).rejects.toMatchObject(denied)
    await make(less, `${prefix}-made-too`)
  })

  it('count as they are when a request comes; one that is gone gives nothing', async () => {
    const iam = iamClient(server)
    const PolicyArn = await makePolicy(`${prefix}-changing`, policyOf(lists))
    const session = await begin({ PolicyArns: named(PolicyArn) })
    await list(session)
    const none = policyOf({ ...lists, Action: 's3:GetObject' })
    const changed = { PolicyArn, PolicyDocument: none, SetAsDefault: true }
    await iam.send(new CreatePolicyVersionCommand(changed))
    await expect(list(session)).rejects.toMatchObject(denied)
    await iam.send(new CreatePolicyVersionCommand({ ...changed, PolicyDocument: policyOf(lists) }))
    await list(session)
    for (const VersionId of ['v1', 'v2']) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    }
    await iam.send(new DeletePolicyCommand({ PolicyArn }))
    await expect(list(session)).rejects.toMatchObject(denied)
  })

  it('count to the size of the session', async () => {
    const sizeOf = async (narrowing: Narrowing) => (await ask(narrowing)).SessionTokenSize ?? 0
    const more = await sizeOf({ PolicyArns: named(awsPolicy('ReadOnlyAccess')) })
    expect(more - (await sizeOf({}))).toBeGreaterThan(awsPolicy('ReadOnlyAccess').length)
  })

  it('are ten at most', async () => {
    const ten = Array.from({ length: 10 }, () => awsPolicy('ReadOnlyAccess'))
    await list(await begin({ PolicyArns: named(...ten) }))
    await expect(ask({ PolicyArns: named(...ten, ...ten.slice(0, 1)) })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'A session has at most 10 managed policies.',
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('have to be there, and be of the account', async () => {
    const foreign = await makePolicy(
      `${prefix}-foreign`,
      policyOf(lists),
      iamClient(server, otherCredentials),
    )
    for (const arn of [`arn:aws:iam::${mainAccount.id}:policy/nothing`, awsPolicy('Nothing'), foreign]) {
      await expect(ask({ PolicyArns: named(arn) })).rejects.toMatchObject({
        name: 'ValidationError',
        message: `Policy ${arn} does not exist or is not attachable.`,
      })
    }
    await expect(ask({ PolicyArns: named('short') })).rejects.toMatchObject({ name: 'ValidationError' })
  })
})
