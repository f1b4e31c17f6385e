import { GetUserCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
} from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeEach, describe, expect, it } from 'vitest'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { type Credentials, mainAccount, otherAccount } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { enabledDevice, makeDevice, serialNumber } from '../../support/mfa-devices.ts'
import { codeAt, DEVICE_SECRET, STEP_MILLISECONDS } from '../../support/one-time-code.ts'
import { queryRequest } from '../../support/query-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const PHONE = 'GAHT12345678'
const failed = 'MultiFactorAuthentication failed'
const wrongCode = {
  name: 'AccessDenied',
  message: `${failed} with invalid MFA one time pass code.`,
  $metadata: { httpStatusCode: 403 },
}
const unknownDevice = {
  name: 'AccessDenied',
  message: `${failed}, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.`,
}
const lists = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }
let server: TestServer
let logged: string

beforeEach(async () => {
  logged = ''
  server = await startTestServer({
    accounts: [
      { ...mainAccount, mfaDevices: [{ serialNumber: PHONE, secret: DEVICE_SECRET }] },
      otherAccount,
    ],
    log: jsonLog('debug', { write: (line) => (logged += line) }),
  })
  return () => server[Symbol.asyncDispose]()
})

async function session(by: Credentials, input: GetSessionTokenCommandInput = {}): Promise<Credentials> {
  return sessionOf((await stsClient(server, by).send(new GetSessionTokenCommand(input))).Credentials)
}

async function list(credentials: Credentials): Promise<number | undefined> {
  // Signed at the server's time, which tests move on.
  const systemClockOffset = server.clock.now().getTime() - Date.now()
  const client = s3Client(server, { credentials, systemClockOffset })
  return (await client.send(new ListBucketsCommand())).Buckets?.length
}

describe('GetSessionToken', () => {
  it('makes a session that policies know by its code', async () => {
    await s3Client(server).send(new CreateBucketCommand({ Bucket: 'mine' }))
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    const user = await makeUser(server, 'jane', { ...lists, Condition })
    const device = await enabledDevice(server, 'jane')
    await expect(list(user)).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(list(await session(user))).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await list(await session(user, device.fresh()))).toBe(1)
  })

  it('lets policies ask how long ago it was', async () => {
    const Condition = { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } }
    const user = await makeUser(server, 'jane', { ...lists, Condition })
    const device = await enabledDevice(server, 'jane')
    const own = await session(user, device.fresh())
    server.clock.advance(240_000)
    expect(await list(own)).toBe(0)
    server.clock.advance(120_000)
    await expect(list(own)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('with a code may call IAM, but no more of STS', async () => {
    const user = await makeUser(server, 'jane', { Effect: 'Allow', Action: '*', Resource: '*' })
    const device = await enabledDevice(server, 'jane')
    const own = await session(user, device.fresh())
    const { User } = await iamClient(server, own).send(new GetUserCommand())
    expect(User?.UserName).toBe('jane')
    await expect(session(own)).rejects.toMatchObject({ name: 'AccessDenied' })
    const federating = stsClient(server, own).send(new GetFederationTokenCommand({ Name: 'joe' }))
    await expect(federating).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it("takes the root user's devices, of the config and of IAM", async () => {
    const device = await enabledDevice(server, mainAccount.name, 'root-account-mfa-device')
    const TokenCode = codeAt(server.clock.now())
    const given = [{ SerialNumber: PHONE, TokenCode }, device.fresh()]
    for (const code of given) {
      const own = await session(server.credentials, code)
      await iamClient(server, own).send(new GetUserCommand())
    }
    const again = session(server.credentials, { SerialNumber: PHONE, TokenCode })
    await expect(again).rejects.toMatchObject(wrongCode)
  })

  it("takes nobody else's device", async () => {
    const user = await makeUser(server, 'jane')
    await makeUser(server, 'joe')
    const joes = await enabledDevice(server, 'joe')
    const nobodys = await makeDevice(server, 'nobodys')
    const TokenCode = codeAt(server.clock.now())
    const strange = [
      joes.fresh(),
      nobodys.fresh(),
      { SerialNumber: serialNumber('none'), TokenCode },
      { SerialNumber: PHONE, TokenCode },
    ]
    for (const code of strange) await expect(session(user, code)).rejects.toMatchObject(unknownDevice)
    await expect(session(server.credentials, joes.fresh())).rejects.toMatchObject(unknownDevice)
  })

  it('takes a code once, also of many at the same time', async () => {
    const user = await makeUser(server, 'jane')
    const device = await enabledDevice(server, 'jane')
    const code = device.fresh()
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => session(user, code)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(session(user, code)).rejects.toMatchObject(wrongCode)
    await session(user, device.fresh())
  })

  it('counts wrong codes: after five none is looked at for 30 seconds', async () => {
    const user = await makeUser(server, 'jane')
    const device = await enabledDevice(server, 'jane')
    const right = device.fresh()
    const wrong = { ...right, TokenCode: String(Number(right.TokenCode) ^ 1).padStart(6, '0') }
    for (let count = 1; count <= 5; count++) {
      await expect(session(user, wrong)).rejects.toMatchObject(wrongCode)
    }
    await expect(session(user, right)).rejects.toMatchObject(wrongCode)
    expect(logged).toContain('"wrongGuesses":5')
    server.clock.advance(STEP_MILLISECONDS)
    const code = device.fresh()
    await session(user, code)
    expect(logged).not.toContain(code.TokenCode)
  })

  it('wants both the device and its code', async () => {
    const both = {
      name: 'AccessDenied',
      message: `${failed}, must provide both MFA serial number and one time pass code.`,
    }
    for (const half of [{ SerialNumber: PHONE }, { TokenCode: '123456' }]) {
      await expect(session(server.credentials, half)).rejects.toMatchObject(both)
    }
    for (const TokenCode of ['12345', '1234567', 'abcdef']) {
      const parameters = { Action: 'GetSessionToken', SerialNumber: PHONE, TokenCode }
      const answer = await queryRequest(server, 'sts', parameters)
      expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
    }
  })
})

describe('AssumeRole', () => {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  const mayAssume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }

  async function guardedRole(...statements: readonly object[]): Promise<string> {
    const AssumeRolePolicyDocument = trustPolicy(mainAccount.id, Condition)
    return makeRole(server, { RoleName: 'guarded', AssumeRolePolicyDocument }, ...statements)
  }

  const assume = async (RoleArn: string, by: Credentials, code = {}) => {
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'guarded', ...code })
    return sessionOf((await stsClient(server, by).send(command)).Credentials)
  }

  it('is for those with a code where the role asks for one', async () => {
    const RoleArn = await guardedRole(lists)
    const user = await makeUser(server, 'jane', mayAssume)
    const device = await enabledDevice(server, 'jane')
    await expect(assume(RoleArn, user)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await list(await assume(RoleArn, user, device.fresh()))).toBe(0)
    expect(await list(await assume(RoleArn, await session(user, device.fresh())))).toBe(0)
  })

  it('takes no wrong code, nor one that was used', async () => {
    const RoleArn = await guardedRole()
    const user = await makeUser(server, 'jane', mayAssume)
    const code = (await enabledDevice(server, 'jane')).fresh()
    await assume(RoleArn, user, code)
    await expect(assume(RoleArn, user, code)).rejects.toMatchObject(wrongCode)
    const strange = { ...code, SerialNumber: serialNumber('none') }
    await expect(assume(RoleArn, user, strange)).rejects.toMatchObject(unknownDevice)
    await expect(assume(RoleArn, user, { TokenCode: '123456' })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  it("leaves the role's session without it, as AWS documents", async () => {
    const RoleArn = await guardedRole({ ...lists, Condition })
    const user = await makeUser(server, 'jane', mayAssume)
    const own = await assume(RoleArn, user, (await enabledDevice(server, 'jane')).fresh())
    expect((await stsClient(server, own).send(new GetCallerIdentityCommand())).Arn).toMatch(/assumed-role/)
    await expect(list(own)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})
