import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { beforeEach, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { type ConsoleServer, startConsoleServer } from '../../../support/console-server.ts'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { inTimeOf } from '../../../support/in-time-of.ts'
import { enabledDevice } from '../../../support/mfa-devices.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { rawRequest } from '../../../support/raw-request.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { newReport, reportText } from '../credential-reports.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let both: ConsoleServer
let iam: ReturnType<typeof iamClient>
beforeEach(async () => {
  both = await startConsoleServer()
  iam = inTimeOf(both.server, iamClient(both.server))
  return () => both[Symbol.asyncDispose]()
})

const HOUR = 3600_000
const DAY = 24 * HOUR
const NONE = 'N/A'
const shown = (time: Date | undefined) => time?.toISOString().replace(/\.\d+Z$/, '+00:00')
const key = (number: 1 | 2, [active, rotated, used, region, service]: readonly unknown[]) => ({
  [`access_key_${number}_active`]: active,
  [`access_key_${number}_last_rotated`]: rotated,
  [`access_key_${number}_last_used_date`]: used,
  [`access_key_${number}_last_used_region`]: region,
  [`access_key_${number}_last_used_service`]: service,
})
const noKey = (number: 1 | 2) => key(number, ['false', NONE, NONE, NONE, NONE])
const rest = {
  cert_1_active: 'false',
  cert_1_last_rotated: NONE,
  cert_2_active: 'false',
  cert_2_last_rotated: NONE,
  additional_credentials_info: NONE,
}

it('has every column, and one line for each user, the root user before them', async () => {
  for (const [UserName, Path] of [
    ['zoe', '/'],
    ['Bob', '/team/'],
    ['anna', '/team/'],
  ]) {
    await iam.send(new CreateUserCommand({ UserName, Path }))
  }
  const { User } = await iam.send(new GetUserCommand({ UserName: 'Bob' }))
  const report = await newReport(iam)
  expect([...report.keys()]).toEqual(['<root_account>', 'anna', 'Bob', 'zoe'])
  expect(report.get('Bob')).toEqual({
    user: 'Bob',
    arn: `arn:aws:iam::${mainAccount.id}:user/team/Bob`,
    user_creation_time: shown(User?.CreateDate),
    password_enabled: 'false',
    password_last_used: NONE,
    password_last_changed: NONE,
    password_next_rotation: NONE,
    mfa_active: 'false',
    ...noKey(1),
    ...noKey(2),
    ...rest,
  })
  const text = await reportText(iam)
  expect(text.slice(0, text.indexOf('\n'))).toBe(
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,' +
      'mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,' +
      'access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,' +
      'access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,' +
      'cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info',
  )
  expect(text.endsWith('\n')).toBe(false)
})

it('tells of the root user of the config, and of what its key was used for last', async () => {
  await both.server.settle()
  const report = await newReport(iam)
  expect(report.get('<root_account>')).toEqual({
    user: '<root_account>',
    arn: `arn:aws:iam::${mainAccount.id}:root`,
    user_creation_time: '1970-01-01T00:00:00+00:00',
    password_enabled: 'false',
    password_last_used: NONE,
    password_last_changed: NONE,
    password_next_rotation: 'not_supported',
    mfa_active: 'false',
    ...key(1, ['true', NONE, NONE, NONE, NONE]),
    ...noKey(2),
    ...rest,
  })
  await s3Client(both.server).send(new ListBucketsCommand())
  await both.server.settle()
  both.server.clock.advance(4 * HOUR)
  const line = (await newReport(iam)).get('<root_account>')
  expect(line).toMatchObject({ access_key_1_last_used_region: 'us-east-1' })
  expect(Date.parse(line?.['access_key_1_last_used_date'] ?? '')).toBeGreaterThan(Date.now() - 60_000)
})

it('counts more keys and devices of a root user than there are columns for', async () => {
  await using server = await startConsoleServer({
    accounts: [
      {
        ...mainAccount,
        accessKeys: [
          ...mainAccount.accessKeys,
          { accessKeyId: 'HOLDFASTMAINKEY00002', secretAccessKey: 's'.repeat(40) },
          { accessKeyId: 'HOLDFASTMAINKEY00003', secretAccessKey: 't'.repeat(40) },
        ],
        mfaDevices: [{ serialNumber: `arn:aws:iam::${mainAccount.id}:mfa/phone`, secret: 'A'.repeat(32) }],
      },
    ],
  })
  expect((await newReport(iamClient(server.server))).get('<root_account>')).toMatchObject({
    mfa_active: 'true',
    access_key_2_active: 'true',
    additional_credentials_info: '1 more access keys: ListAccessKeys tells of all',
  })
})

it('tells of keys: whether they are active, since when, and when and for what they were used last', async () => {
  const { server } = both
  const UserName = 'busy'
  const credentials = await makeUser(server, UserName)
  await inTimeOf(server, s3Client(server, { credentials }))
    .send(new ListBucketsCommand())
    .catch(() => undefined)
  await server.settle()
  server.clock.advance(DAY)
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }))
  const [first, second] = AccessKeyMetadata ?? []
  const line = (await newReport(iam)).get(UserName)
  expect(line).toMatchObject({
    ...key(1, ['true', shown(first?.CreateDate), expect.any(String), 'us-east-1', 's3']),
    ...key(2, ['true', shown(second?.CreateDate), NONE, NONE, NONE]),
  })
  const used = Date.parse(line?.['access_key_1_last_used_date'] ?? '')
  expect(server.clock.now().getTime() - used).toBeGreaterThanOrEqual(DAY - 1000)

  server.clock.advance(DAY)
  const changing = { UserName, AccessKeyId: AccessKey?.AccessKeyId ?? '' }
  await iam.send(new UpdateAccessKeyCommand({ ...changing, Status: 'Inactive' }))
  const changed = server.clock.now()
  server.clock.advance(DAY)
  // As it is already: no change.
  await iam.send(new UpdateAccessKeyCommand({ ...changing, Status: 'Inactive' }))
  const later = (await newReport(iam)).get(UserName)
  expect(later).toMatchObject({ access_key_1_active: 'true', access_key_2_active: 'false' })
  const rotated = Date.parse(later?.['access_key_2_last_rotated'] ?? '')
  expect(Math.abs(rotated - changed.getTime())).toBeLessThan(60_000)
})

it('tells of passwords: since when, when used last, and when to be changed', async () => {
  const { server } = both
  const UserName = 'alice'
  const Password = 'Correct-Horse-1'
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new CreateLoginProfileCommand({ UserName, Password }))
  const fresh = (await newReport(iam)).get(UserName)
  expect(fresh).toMatchObject({
    password_enabled: 'true',
    password_last_used: 'no_information',
    password_next_rotation: NONE,
  })

  server.clock.advance(DAY)
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 30 }))
  await iam.send(new UpdateLoginProfileCommand({ UserName, Password: 'Battery-Staple-2' }))
  const changed = server.clock.now().getTime()
  const signedIn = await rawRequest(both.console, {
    method: 'POST',
    path: '/-/sign-in',
    anonymous: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account: mainAccount.id, userName: UserName, password: 'Battery-Staple-2' }),
  })
  expect(signedIn.status).toBe(200)
  await server.settle()
  server.clock.advance(DAY)
  const line = (await newReport(iam)).get(UserName)
  const times = ['last_changed', 'last_used', 'next_rotation'].map((what) => {
    const time = Date.parse(line?.[`password_${what}`] ?? '')
    return Math.abs(Math.round((time - changed) / 60_000))
  })
  expect(times).toEqual([0, 0, (30 * DAY) / 60_000])
  expect(Date.parse(fresh?.['password_last_changed'] ?? '')).toBeLessThan(changed - DAY + 60_000)
})

it('tells of MFA devices', async () => {
  for (const UserName of ['with', 'without']) await iam.send(new CreateUserCommand({ UserName }))
  await enabledDevice(both.server, 'with')
  const report = await newReport(iam)
  expect(['with', 'without'].map((name) => report.get(name)?.['mfa_active'])).toEqual(['true', 'false'])
})

it('quotes what has commas or quotation marks', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'a,b', Path: '/"x,y"/' }))
  await iam.send(new GenerateCredentialReportCommand())
  expect((await reportText(iam)).split('\n')[2]).toMatch(
    /^"a,b","arn:aws:iam::\d{12}:user\/""x,y""\/a,b",\d{4}-/,
  )
})

it('tells what was when it was generated, for four hours', async () => {
  const { server } = both
  await iam.send(new CreateUserCommand({ UserName: 'before' }))
  await iam.send(new GenerateCredentialReportCommand())
  const generated = server.clock.now().getTime()
  const get = () => iam.send(new GetCredentialReportCommand())
  const first = await get()
  expect(first.ReportFormat).toBe('text/csv')
  expect(Math.abs((first.GeneratedTime?.getTime() ?? 0) - generated)).toBeLessThan(5000)
  await iam.send(new DeleteUserCommand({ UserName: 'before' }))
  await iam.send(new CreateUserCommand({ UserName: 'after' }))
  server.clock.advance(4 * HOUR - 60_000)
  const { Content, GeneratedTime } = await get()
  expect([Content, GeneratedTime]).toEqual([first.Content, first.GeneratedTime])
  server.clock.advance(60_000)
  await expect(get()).rejects.toMatchObject({
    name: 'CredentialReportExpiredException',
    $metadata: { httpStatusCode: 410 },
  })
  expect([...(await newReport(iam)).keys()]).toEqual(['<root_account>', 'after'])
})

it('is of one account alone, which has to generate it first', async () => {
  const other = iamClient(both.server, otherCredentials)
  await iam.send(new GenerateCredentialReportCommand())
  await expect(other.send(new GetCredentialReportCommand())).rejects.toMatchObject({
    name: 'CredentialReportNotPresentException',
    $metadata: { httpStatusCode: 410 },
  })
  await makeUser(both.server, 'of-main')
  expect([...(await newReport(other)).keys()]).toEqual(['<root_account>'])
})

it('tells of hundreds of users, each once', async () => {
  const names = Array.from({ length: 230 }, (_, index) => `user-${String(index).padStart(3, '0')}`)
  for (let from = 0; from < names.length; from += 46) {
    const making = names
      .slice(from, from + 46)
      .map((UserName) => iam.send(new CreateUserCommand({ UserName })))
    await Promise.all(making)
  }
  expect([...(await newReport(iam)).keys()]).toEqual(['<root_account>', ...names])
})

it('answers in XML of IAM, in Base64', async () => {
  const ask = (Action: string) => queryRequest(both.server, 'iam', { Action })
  const none = await ask('GetCredentialReport')
  expect([none.status, none.errorCode]).toEqual([410, 'ReportNotPresent'])
  await ask('GenerateCredentialReport')
  const { status, text } = await ask('GetCredentialReport')
  expect(status).toBe(200)
  expect(text).toContain('<ReportFormat>text/csv</ReportFormat>')
  const [, content = ''] = /<Content>([^<]+)<\/Content>/.exec(text) ?? []
  expect(Buffer.from(content, 'base64').toString()).toBe(await reportText(iam))
})

describeIamRequest('GetCredentialReport', { resource: '*' })
