import {
  AttachUserPolicyCommand,
  ChangePasswordCommand,
  CreateAccountAliasCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  GetUserCommand,
  ListUsersCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { StartServerOptions } from 'holdfast'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { type ConsoleServer, startConsoleServer } from '../../support/console-server.ts'
import { iamClient, putPolicy, stsClient } from '../../support/identity-clients.ts'
import { inTimeOf } from '../../support/in-time-of.ts'
import { enabledDevice } from '../../support/mfa-devices.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const ACCOUNT = mainAccount.id
const PASSWORD = 'Correct-Horse-1'
const DAY = 24 * 3600 * 1000

let both: ConsoleServer
beforeEach(async () => {
  both = await started()
  return () => both[Symbol.asyncDispose]()
})

async function started(options: StartServerOptions = {}): Promise<ConsoleServer> {
  const server = await startConsoleServer(options)
  const iam = iamClient(server.server)
  await iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/staff/' }))
  await iam.send(new CreateLoginProfileCommand({ UserName: 'alice', Password: PASSWORD }))
  await putPolicy(iam, 'alice', { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
  return server
}

const ALICE = { account: ACCOUNT, userName: 'alice', password: PASSWORD }

interface Answer {
  readonly code?: string
  readonly message?: string
  readonly devices?: string[]
  readonly arn?: string
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
    readonly expiration: string
  }
}

/** As clients take it. */
function sessionIn({ credentials }: Answer): Credentials {
  const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = credentials ?? {}
  return { accessKeyId, secretAccessKey, sessionToken }
}

async function signIn(body: object, headers: Record<string, string> = {}, localAddress = '127.0.0.1') {
  const answer = await rawRequest(both.console, {
    method: 'POST',
    path: '/-/sign-in',
    anonymous: true,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    localAddress,
  })
  return { status: answer.status, headers: answer.headers, ...(JSON.parse(answer.text) as Answer) }
}

describe('signing in', () => {
  it('gives a session that may what the user may, in IAM too', async () => {
    const answer = await signIn(ALICE)
    expect(answer).toMatchObject({
      status: 200,
      account: ACCOUNT,
      userName: 'alice',
      arn: `arn:aws:iam::${ACCOUNT}:user/staff/alice`,
    })
    expect(answer.headers['cache-control']).toBe('no-store')
    const lasts = Date.parse(answer.credentials?.expiration ?? '') - both.server.clock.now().getTime()
    expect(lasts / 3600_000).toBeCloseTo(12, 1)
    const session = sessionIn(answer)
    const caller = await stsClient(both.console, session).send(new GetCallerIdentityCommand({}))
    expect(caller.Arn).toBe(answer.arn)
    const { Users } = await iamClient(both.console, session).send(new ListUsersCommand({}))
    expect(Users).toHaveLength(1)
    const create = new CreateUserCommand({ UserName: 'other' })
    await expect(iamClient(both.console, session).send(create)).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  it('is told by GetUser and ListUsers as long as there is a password, also where it was another time', async () => {
    const { server } = both
    const iam = inTimeOf(server, iamClient(server))
    const lastUsed = async () => {
      const { User } = await iam.send(new GetUserCommand({ UserName: 'alice' }))
      const { Users } = await iam.send(new ListUsersCommand())
      expect(Users?.[0]?.PasswordLastUsed).toEqual(User?.PasswordLastUsed)
      return User?.PasswordLastUsed?.getTime()
    }
    await signIn({ ...ALICE, password: 'wrong' })
    expect(await lastUsed()).toBeUndefined()
    for (let time = 0; time < 2; time++) {
      server.clock.advance(DAY)
      await signIn(ALICE)
      expect((await lastUsed()) ?? 0).toBeGreaterThan(server.clock.now().getTime() - 60_000)
      await server.settle()
      expect((await lastUsed()) ?? 0).toBeGreaterThan(server.clock.now().getTime() - 60_000)
    }
    server.clock.advance(DAY)
    await signIn(ALICE)
    await iam.send(new DeleteLoginProfileCommand({ UserName: 'alice' }))
    expect(await lastUsed()).toBeUndefined()
    await server.settle()
    expect(await lastUsed()).toBeUndefined()
  })

  it('takes the name in any case', async () => {
    const arn = `arn:aws:iam::${ACCOUNT}:user/staff/alice`
    expect(await signIn({ ...ALICE, userName: 'Alice' })).toMatchObject({ userName: 'alice', arn })
  })

  it('takes the alias of the account, and a shorter time', async () => {
    await iamClient(both.server).send(new CreateAccountAliasCommand({ AccountAlias: 'the-house' }))
    const answer = await signIn({ ...ALICE, account: 'the-house', durationSeconds: 900 })
    expect(answer.status).toBe(200)
    const lasts = Date.parse(answer.credentials?.expiration ?? '') - both.server.clock.now().getTime()
    expect(lasts).toBeLessThanOrEqual(900_000)
  })

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown user', { userName: 'mallory' }],
    ['an unknown account', { account: '999999999999' }],
    ['no name of an account', { account: '\u0000'.repeat(2000) }],
    ['the root user', { userName: 'root' }],
  ])('answers the same to %s', async (_, wrong) => {
    const { headers, ...answer } = await signIn({ ...ALICE, ...wrong })
    expect(answer).toEqual({
      status: 401,
      code: 'SignInRefused',
      message:
        'The account, user name, password or code is wrong, or too many wrong ones were tried: then wait a while',
      requestId: headers['x-amz-request-id'],
    })
  })

  it.each([
    ['a member that is missing', { account: ACCOUNT, userName: 'alice' }],
    ['a member that is unknown', { ...ALICE, colour: 'red' }],
    ['a member of another kind', { ...ALICE, password: 7 }],
    ['a time that is too long', { ...ALICE, durationSeconds: 43_201 }],
    ['no object', [ALICE]],
  ])('refuses %s, and quotes nothing', async (_, body) => {
    const answer = await signIn(body)
    expect(answer).toMatchObject({ status: 400, code: 'InvalidRequest' })
    expect(answer.message).not.toContain(PASSWORD)
  })

  it.each([
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 400],
  ])('is nothing that a page of others can ask for: %s', async (_, headers, status) => {
    expect((await signIn(ALICE, headers)).status).toBe(status)
  })

  it("is served on the console's address alone, by POST", async () => {
    const headers = { 'content-type': 'application/json' }
    const request = {
      method: 'POST',
      path: '/-/sign-in',
      anonymous: true,
      headers,
      body: JSON.stringify(ALICE),
    }
    expect((await rawRequest(both.server, request)).status).toBe(404)
    const got = await rawRequest(both.console, { path: '/-/sign-in', anonymous: true })
    expect(got).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })

  it('reads no more than a name and a password take', async () => {
    expect(await signIn({ ...ALICE, password: 'x'.repeat(20_000) })).toMatchObject({ status: 400 })
  })
})

describe('signing in too often', () => {
  it('hears no more of a user after five wrong passwords, the right one neither, and says nothing else', async () => {
    for (let count = 0; count < 5; count++) await signIn({ ...ALICE, password: 'wrong' })
    expect(await signIn(ALICE)).toMatchObject({ status: 401, code: 'SignInRefused' })
    expect(await signIn({ ...ALICE, userName: 'ALICE' })).toMatchObject({ status: 401 })
    both.server.clock.advance(31_000)
    expect((await signIn(ALICE)).status).toBe(200)
  })

  it('holds up the address after ten, whoever it tries to be', async () => {
    for (let count = 0; count < 10; count++) await signIn({ ...ALICE, userName: `nobody-${count}` })
    const held = await signIn(ALICE)
    expect(held).toMatchObject({ status: 429, code: 'TooManyAttempts', headers: { 'retry-after': '30' } })
    expect((await signIn(ALICE, {}, '127.0.0.2')).status).toBe(200)
    both.server.clock.advance(31_000)
    expect((await signIn(ALICE)).status).toBe(200)
    await signIn({ ...ALICE, password: 'wrong' })
    expect(await signIn(ALICE)).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
  })

  it('hears an address once at a time', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => signIn(ALICE)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses).toContain(200)
    expect(new Set(statuses).isSubsetOf(new Set([200, 429]))).toBe(true)
  })
})

describe('signing in with a device', () => {
  it('asks for its code once the password is right, and takes each once', async () => {
    const device = await enabledDevice(both.server, 'alice')
    const asked = await signIn(ALICE)
    expect(asked).toMatchObject({ status: 401, code: 'CodeRequired', devices: [device.SerialNumber] })
    const unasked = await signIn({ ...ALICE, password: 'wrong' })
    expect(unasked.devices).toBeUndefined()
    const { TokenCode: code } = device.fresh()
    expect(await signIn({ ...ALICE, code: '000000' })).toMatchObject({ status: 401, code: 'SignInRefused' })
    expect((await signIn({ ...ALICE, code })).status).toBe(200)
    expect(await signIn({ ...ALICE, code })).toMatchObject({ status: 401, code: 'SignInRefused' })
  })

  it('has to know of several which it is of', async () => {
    await enabledDevice(both.server, 'alice', 'first')
    const second = await enabledDevice(both.server, 'alice', 'second')
    const { TokenCode: code, SerialNumber: serialNumber } = second.fresh()
    const asked = await signIn({ ...ALICE, code })
    expect(asked).toMatchObject({ status: 401, code: 'CodeRequired' })
    expect(asked.devices).toHaveLength(2)
    expect((await signIn({ ...ALICE, code, serialNumber })).status).toBe(200)
  })

  it('changes no password without its code', async () => {
    await enabledDevice(both.server, 'alice')
    const iam = iamClient(both.server)
    await iam.send(new UpdateLoginProfileCommand({ UserName: 'alice', PasswordResetRequired: true }))
    const answer = await signIn({ ...ALICE, newPassword: 'Another-Horse-2' })
    expect(answer.code).toBe('CodeRequired')
  })
})

describe('signing in with a password that has to be changed', () => {
  const NEW = 'Another-Horse-2'

  async function policy(input: object): Promise<void> {
    await iamClient(both.server).send(new UpdateAccountPasswordPolicyCommand(input))
  }

  async function mustChange(): Promise<void> {
    await policy({ AllowUsersToChangePassword: true, PasswordReusePrevention: 2, MinimumPasswordLength: 12 })
    const update = { UserName: 'alice', PasswordResetRequired: true }
    await iamClient(both.server).send(new UpdateLoginProfileCommand(update))
  }

  it('asks for another, takes a good one, and the old one no more', async () => {
    await mustChange()
    expect(await signIn(ALICE)).toMatchObject({ status: 403, code: 'PasswordChangeRequired' })
    for (const newPassword of ['short', PASSWORD]) {
      const weak = await signIn({ ...ALICE, newPassword })
      expect(weak).toMatchObject({ status: 400, code: 'PasswordPolicyViolation' })
    }
    expect((await signIn({ ...ALICE, newPassword: NEW })).status).toBe(200)
    expect((await signIn({ ...ALICE, password: NEW })).status).toBe(200)
    expect((await signIn(ALICE)).status).toBe(401)
  })

  it('lets who has IAMUserChangePassword change it', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMUserChangePassword'
    const iam = iamClient(both.server)
    await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn }))
    await iam.send(new UpdateLoginProfileCommand({ UserName: 'alice', PasswordResetRequired: true }))
    expect((await signIn({ ...ALICE, newPassword: NEW })).status).toBe(200)
  })

  it('refuses who may not change it', async () => {
    const update = { UserName: 'alice', PasswordResetRequired: true }
    await iamClient(both.server).send(new UpdateLoginProfileCommand(update))
    expect(await signIn({ ...ALICE, newPassword: NEW })).toMatchObject({
      status: 403,
      code: 'PasswordExpired',
    })
  })

  it('takes none where none has to be changed', async () => {
    expect(await signIn({ ...ALICE, newPassword: NEW })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    })
  })

  it('asks for another once the old one is too old', async () => {
    await policy({ AllowUsersToChangePassword: true, MaxPasswordAge: 30, MinimumPasswordLength: 8 })
    both.server.clock.advance(29 * DAY)
    expect((await signIn(ALICE)).status).toBe(200)
    both.server.clock.advance(DAY)
    expect(await signIn(ALICE)).toMatchObject({ status: 403, code: 'PasswordChangeRequired' })
    expect((await signIn({ ...ALICE, newPassword: NEW })).status).toBe(200)
    expect((await signIn({ ...ALICE, password: NEW })).status).toBe(200)
  })

  it('is over where the policy says so', async () => {
    const input = { MaxPasswordAge: 30, HardExpiry: true, AllowUsersToChangePassword: true }
    await policy({ ...input, MinimumPasswordLength: 8 })
    both.server.clock.advance(30 * DAY)
    expect(await signIn({ ...ALICE, newPassword: NEW })).toMatchObject({
      status: 403,
      code: 'PasswordExpired',
    })
  })

  it('leaves the session the right to change it later', async () => {
    await policy({ AllowUsersToChangePassword: true, MinimumPasswordLength: 8 })
    const session = sessionIn(await signIn(ALICE))
    const change = new ChangePasswordCommand({ OldPassword: PASSWORD, NewPassword: NEW })
    await iamClient(both.console, session).send(change)
    expect((await signIn({ ...ALICE, password: NEW })).status).toBe(200)
  })
})

it('is told of in the audit log, without a secret', async () => {
  await using folder = await temporaryDirectory()
  await both[Symbol.asyncDispose]()
  both = await started({ auditLog: { directory: folder.path } })
  await signIn({ ...ALICE, password: 'guess-guess-1' })
  await signIn({ ...ALICE, userName: 'my-secret-by-mistake' })
  await signIn(ALICE)
  await both.server.close()
  const files = await readdir(folder.path)
  const texts = await Promise.all(files.map((name) => readFile(join(folder.path, name), 'utf8')))
  const lines = texts
    .join('')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { what: { operation: string } })
    .filter(({ what }) => what.operation === 'SignIn')
  expect(lines).toMatchObject([
    { status: 401, errorCode: 'SignInRefused', refusedBy: [expect.stringContaining('is wrong')] },
    { status: 401, refusedBy: ['no such user with a password'] },
    { status: 200, who: { principal: `arn:aws:iam::${ACCOUNT}:user/staff/alice` } },
  ])
  const whole = texts.join('')
  for (const secret of ['guess-guess-1', 'my-secret', PASSWORD]) expect(whole).not.toContain(secret)
})
