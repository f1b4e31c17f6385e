import { randomBytes } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetScopedCredentialsCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { makeRole, makeUser, sessionOf, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const MOST_BYTES = 4096
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

let server: TestServer
let user: Credentials
let RoleArn: string
beforeAll(async () => {
  server = await startTestServer()
  user = await makeUser(server, 'user', everything)
  RoleArn = await makeRole(
    server,
    { RoleName: 'role', AssumeRolePolicyDocument: trustsTagging() },
    everything,
  )
  return () => server[Symbol.asyncDispose]()
})

const trustsTagging = () =>
  trustPolicy(mainAccount.id).replace('"sts:AssumeRole"', '["sts:AssumeRole","sts:TagSession"]')

const assume = (more: Partial<AssumeRoleCommandInput> = {}) =>
  stsClient(server, user).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }))

const KINDS = [
  { operation: 'AssumeRole', ask: assume },
  {
    operation: 'GetFederationToken',
    ask: (more: object = {}) =>
      stsClient(server, user).send(new GetFederationTokenCommand({ Name: 'somebody', ...more })),
  },
  {
    operation: 'GetSessionToken',
    ask: (more: object = {}) => stsClient(server, user).send(new GetSessionTokenCommand({ ...more })),
  },
  {
    operation: 'GetScopedCredentials',
    ask: async (more: object = {}) => {
      const by = sessionOf((await assume()).Credentials)
      return stsClient(server, by).send(new GetScopedCredentialsCommand({ DurationSeconds: 900, ...more }))
    },
  },
]

describe.each(KINDS)('the token of $operation', ({ ask }) => {
  it('tells how much of the room for tokens it takes', async () => {
    const { Credentials: given, SessionTokenSize, SessionTokenUtilization } = await ask()
    expect(SessionTokenSize).toBe(given?.SessionToken?.length)
    expect(SessionTokenUtilization).toBe(Math.ceil(((SessionTokenSize ?? 0) / MOST_BYTES) * 100))
  })

  it('is as long as it is asked for, up to the longest', async () => {
    for (const MinimumSessionTokenSize of [1000, MOST_BYTES]) {
      const { Credentials: given, SessionTokenSize, ...rest } = await ask({ MinimumSessionTokenSize })
      expect(given?.SessionToken?.length).toBe(SessionTokenSize)
      expect((SessionTokenSize ?? 0) - MinimumSessionTokenSize).toBeOneOf([0, 1])
      expect(rest.SessionTokenUtilization).toBe(Math.ceil(((SessionTokenSize ?? 0) / MOST_BYTES) * 100))
      await stsClient(server, sessionOf(given)).send(new GetCallerIdentityCommand())
    }
    const short = await ask({ MinimumSessionTokenSize: 0 })
    expect(short.SessionTokenSize).toBeLessThan(1000)
    for (const MinimumSessionTokenSize of [-1, MOST_BYTES + 1]) {
      await expect(ask({ MinimumSessionTokenSize })).rejects.toMatchObject({ name: 'ValidationError' })
    }
  })
})

it('holds more than there is room for as it is, since policies and tags are packed', async () => {
  await createBucket(server, 'photos')
  const photo = { Bucket: 'photos', Key: 'k' }
  await s3Client(server).send(new PutObjectCommand({ ...photo, Body: 'x' }))
  const Resource = Array.from({ length: 50 }, (_, index) => `arn:aws:s3:::photos/${index}-*`)
  const reads = { Effect: 'Allow', Action: 's3:GetObject', Resource: [...Resource, 'arn:aws:s3:::photos/k'] }
  const Tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `key-${index}`,
    Value: `value-${index}`.repeat(10),
  }))
  const answer = await assume({ Policy: policyOf(reads), Tags })
  expect(answer.SessionTokenSize).toBeLessThan(MOST_BYTES)
  expect(answer.PackedPolicySize).toBe(answer.SessionTokenUtilization)
  const credentials = sessionOf(answer.Credentials)
  const s3 = s3Client(server, { credentials })
  await s3.send(new GetObjectCommand(photo))
  await expect(s3.send(new PutObjectCommand(photo))).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('is refused where there is no room', async () => {
  const Tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `key-${index}`,
    Value: randomBytes(100).toString('hex'),
  }))
  await expect(assume({ Tags })).rejects.toMatchObject({
    name: 'PackedPolicyTooLargeException',
    message: expect.stringMatching(/\d{3}% of the allotted space/),
    $metadata: { httpStatusCode: 400 },
  })
})
