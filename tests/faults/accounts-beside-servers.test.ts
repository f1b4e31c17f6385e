import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { CreateAccessKeyCommand, CreateUserCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Credentials, mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import { executable } from '../support/executable.ts'
import {
  credentialsOf,
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../support/identity-clients.ts'
import { rawRequest } from '../support/raw-request.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'

interface Told {
  readonly id: string
  readonly name: string
  readonly canonicalId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const unknown = { name: 'InvalidAccessKeyId', $metadata: { httpStatusCode: 403 } }
let folder: TemporaryDirectory
let server: ServerProcess

beforeAll(async () => {
  folder = await temporaryDirectory()
  server = await startServerProcess({
    dataDirectory: join(folder.path, 'data'),
    arguments: ['--workers', '2'],
    config: { acl: { emailGrantees: true } },
  })
  await vi.waitFor(
    async () => {
      const metrics = await (await fetch(`${server.url}/-/metrics`)).text()
      if (!metrics.includes('holdfast_process_up{process="2"} 1')) throw new Error('there is one worker yet')
    },
    { timeout: 20_000, interval: 100 },
  )
  return async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
}, 60_000)

function accounts(...words: readonly string[]): Promise<CommandResult> {
  return holdfast('accounts', ...words)
}

function holdfast(...words: readonly string[]): Promise<CommandResult> {
  const config = JSON.stringify({ region: testRegion, accounts: [mainAccount, otherAccount] })
  const line = [executable, ...words, '--data', server.dataDirectory]
  const environment = { HOLDFAST_CONFIG: config }
  return runCommand(process.execPath, line, { allowFailure: true, environment })
}

async function told(...words: readonly string[]): Promise<Told> {
  const { text, stderr } = await accounts(...words, '--json')
  expect(stderr).toBe('')
  return JSON.parse(text) as Told
}

/** What a request gets from every worker: each goes on a connection of its own. */
async function outcomes(credentials: Credentials): Promise<Set<string>> {
  const asked = Array.from({ length: 24 }, () => rawRequest(server, { path: '/', credentials }))
  return new Set((await Promise.all(asked)).map(({ status, errorCode }) => errorCode ?? String(status)))
}

const keyOf = ({ accessKeyId, secretAccessKey }: Told): Credentials => ({ accessKeyId, secretAccessKey })

describe('holdfast accounts, beside two workers', { timeout: 120_000 }, () => {
  it('adds an account that is an owner, a grantee by id and address, and a principal', async () => {
    const team = await told('add', 'team', '--email', 'team@example.com', '--display-name', 'T. Team')
    const credentials = keyOf(team)
    expect(await outcomes(credentials)).toEqual(new Set(['200']))
    const s3 = s3Client(server, { credentials })
    await s3.send(new CreateBucketCommand({ Bucket: 'of-team' }))
    const { Owner } = await s3.send(new ListBucketsCommand())
    expect(Owner).toEqual({ ID: team.canonicalId, DisplayName: 'T. Team' })
    const main = s3Client(server)
    await main.send(new CreateBucketCommand({ Bucket: 'of-main' }))
    const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }]
    await main.send(
      new PutBucketOwnershipControlsCommand({ Bucket: 'of-main', OwnershipControls: { Rules } }),
    )
    const byAddress = 'emailAddress="Team@example.com"'
    await main.send(
      new PutBucketAclCommand({
        Bucket: 'of-main',
        GrantWrite: byAddress,
        GrantRead: `id="${team.canonicalId}"`,
      }),
    )
    const { Grants } = await main.send(new GetBucketAclCommand({ Bucket: 'of-main' }))
    expect(Grants?.map(({ Grantee }) => Grantee?.ID)).toEqual([team.canonicalId, team.canonicalId])
    await s3.send(new PutObjectCommand({ Bucket: 'of-main', Key: 'by-team', Body: 'x' }))
    const reading = s3.send(new GetObjectCommand({ Bucket: 'of-main', Key: 'by-team' }))
    expect(await (await reading).Body?.transformToString()).toBe('x')
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: team.id },
      Action: 's3:*',
      Resource: 'arn:aws:s3:::of-main/*',
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await main.send(new PutBucketPolicyCommand({ Bucket: 'of-main', Policy }))
    const stranger = Policy.replace(team.id, '999999999999')
    const refused = main.send(new PutBucketPolicyCommand({ Bucket: 'of-main', Policy: stranger }))
    await expect(refused).rejects.toMatchObject({ name: 'MalformedPolicy' })
    const asked = ['--as', team.id, '--action', 's3:GetObject', '--resource', 'arn:aws:s3:::of-main/by-team']
    const explained = await holdfast('explain', ...asked, '--json')
    expect(JSON.parse(explained.text)).toMatchObject({ allowed: true })
    const { stdout } = await accounts('list')
    expect(String(stdout)).toMatch(
      new RegExp(`${team.id} +team +team@example.com +${team.accessKeyId} +store`),
    )
    expect(String(stdout)).not.toContain(team.secretAccessKey)
  })

  it('disables an account: its keys, and those of its users and sessions, are refused at the next request', async () => {
    const crew = await told('add', 'crew')
    const root = keyOf(crew)
    const iam = iamClient(server, root)
    await iam.send(new CreateUserCommand({ UserName: 'sue' }))
    const user = credentialsOf((await iam.send(new CreateAccessKeyCommand({ UserName: 'sue' }))).AccessKey)
    const own = sessionOf((await stsClient(server, root).send(new GetSessionTokenCommand())).Credentials)
    const users = sessionOf((await stsClient(server, user).send(new GetSessionTokenCommand())).Credentials)
    const signed = [root, user, own, users]
    for (const credentials of signed) expect(await outcomes(credentials)).not.toContain('InvalidAccessKeyId')
    expect((await accounts('disable', 'crew')).text).toContain(`Account ${crew.id} (crew) is disabled`)
    for (const credentials of [root, user]) {
      expect(await outcomes(credentials)).toEqual(new Set(['InvalidAccessKeyId']))
      const asking = stsClient(server, credentials).send(new GetCallerIdentityCommand())
      await expect(asking).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    }
    for (const credentials of [own, users]) expect(await outcomes(credentials)).not.toContain('200')
    expect((await accounts('list')).text).toMatch(/crew .* store +disabled/)
    await accounts('enable', crew.id)
    expect(await outcomes(root)).toEqual(new Set(['200']))
    expect(await outcomes(own)).toEqual(new Set(['200']))
  })

  it('lets nobody into the role of a disabled account', async () => {
    const lent = await told('add', 'lent')
    const iam = { url: server.url, credentials: keyOf(lent) }
    const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
    const RoleArn = await makeRole(iam, { RoleName: 'open', AssumeRolePolicyDocument })
    const mayAssume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn }
    const user = await makeUser(server, 'borrower', mayAssume)
    const assume = () =>
      stsClient(server, user).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lent' }))
    const session = sessionOf((await assume()).Credentials)
    expect((await outcomes(session)).has('InvalidAccessKeyId')).toBe(false)
    await accounts('disable', 'lent')
    expect(await outcomes(session)).toEqual(new Set(['InvalidToken']))
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it("rotates a root user's keys", async () => {
    const before = await told('add', 'turning')
    const kept = await told('rotate-keys', 'turning', '--keep-old')
    for (const key of [before, kept]) expect(await outcomes(keyOf(key))).toEqual(new Set(['200']))
    const { AccessKeyMetadata } = await iamClient(server, keyOf(kept)).send(new ListAccessKeysCommand())
    expect(AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([
      kept.accessKeyId,
      before.accessKeyId,
    ])
    const last = await told('rotate-keys', 'turning')
    for (const key of [before, kept])
      expect(await outcomes(keyOf(key))).toEqual(new Set(['InvalidAccessKeyId']))
    expect(await outcomes(keyOf(last))).toEqual(new Set(['200']))
  })

  it("brings in a key of MinIO's shape", async () => {
    const file = join(folder.path, 'secret')
    await writeFile(file, 'min10min\n')
    const { text, stderr } = await accounts(
      'add',
      'refugee',
      '--access-key-id',
      'min',
      '--secret-access-key-file',
      file,
    )
    expect(stderr).toBe('')
    expect(text).not.toContain('min10min')
    expect(await outcomes({ accessKeyId: 'min', secretAccessKey: 'min10min' })).toEqual(new Set(['200']))
    await writeFile(file, 'short')
    const short = await accounts('add', 'r2', '--access-key-id', 'min2', '--secret-access-key-file', file)
    expect([short.exitCode, short.text]).toEqual([1, ''])
    expect(short.stderr).toContain('secretAccessKey: expected 8 to 128')
    expect(short.stderr).not.toContain('short')
  })

  it('changes nothing that stands in the config', async () => {
    for (const action of ['disable', 'rotate-keys']) {
      const { exitCode, stderr } = await accounts(action, mainAccount.name)
      expect([exitCode, stderr]).toEqual([
        1,
        'The account main stands in the config, which is where it is changed.\n',
      ])
    }
    const taken = await accounts('add', 'new', '--id', otherAccount.id)
    expect([taken.exitCode, taken.stderr]).toEqual([
      1,
      `There is an account with the id ${otherAccount.id} already.\n`,
    ])
    expect(await outcomes(server.credentials)).toEqual(new Set(['200']))
  })

  it.each([
    [['add'], 'Say which account: holdfast accounts add NAME'],
    [['list', '--keep-old'], '--keep-old means nothing to holdfast accounts list.'],
    [['add', 'half', '--access-key-id', 'half'], 'both --access-key-id and --secret-access-key-file'],
    [['add', 'mail', '--email', 'nowhere'], 'accounts[0].email: expected an e-mail address'],
    [['enable', 'nobody'], 'There is no account nobody.'],
  ])('says what is wrong with %j', async (words, message) => {
    const { exitCode, text, stderr } = await accounts(...words)
    expect([exitCode, text]).toEqual([1, ''])
    expect(stderr).toContain(message)
  })

  it('is there after a restart, and its secrets are nowhere in the clear', async () => {
    const lasting = await told('add', 'lasting')
    await server.end('SIGTERM')
    const config = { acl: { emailGrantees: true } }
    server = await startServerProcess({
      dataDirectory: server.dataDirectory,
      arguments: ['--workers', '2'],
      config,
    })
    expect(await outcomes(keyOf(lasting))).toEqual(new Set(['200']))
    const unknownKey = s3Client(server, {
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'x'.repeat(9) },
    })
    await expect(unknownKey.send(new ListBucketsCommand())).rejects.toMatchObject(unknown)
    const grep = await runCommand('grep', ['-rlaF', lasting.secretAccessKey, server.dataDirectory], {
      allowFailure: true,
    })
    expect([grep.exitCode, grep.text]).toEqual([1, ''])
    expect(server.output()).not.toContain(lasting.secretAccessKey)
  })
})
