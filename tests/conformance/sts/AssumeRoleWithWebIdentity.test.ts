import { randomBytes } from 'node:crypto'
import {
  CreateOpenIDConnectProviderCommand,
  type CreateOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { type TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, testRegion } from '../../support/accounts.ts'
import { iamClient, makeRole, sessionOf, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { CLIENT_ID, OidcIssuer } from '../../support/oidc-issuer.ts'
import { queryRequest } from '../../support/query-request.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

/** JSON tells times in seconds. */
interface ToldInJson {
  readonly AssumeRoleWithWebIdentityResponse: {
    readonly AssumeRoleWithWebIdentityResult: {
      readonly Credentials: Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string> & {
        readonly Expiration: number
      }
    }
  }
}

const ACTION = 'sts:AssumeRoleWithWebIdentity'
const EVERYTHING = [ACTION, 'sts:TagSession', 'sts:SetSourceIdentity']
const reads = (bucket: string) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
})

let issuer: OidcIssuer
let other: OidcIssuer
let server: TestServer
let made = 0

beforeAll(async () => {
  issuer = await OidcIssuer.open()
  other = await OidcIssuer.open()
  server = await startTestServer({ privateIdentityProviders: [issuer.url, other.url] })
  await addProvider(issuer)
  await addProvider(other)
  for (const Bucket of ['mine', 'yours']) {
    await s3Client(server).send(new CreateBucketCommand({ Bucket }))
    await s3Client(server).send(new PutObjectCommand({ Bucket, Key: 'k', Body: Bucket }))
  }
  return async () => {
    await server[Symbol.asyncDispose]()
    await issuer[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
  }
})

function addProvider(of: OidcIssuer, input: Partial<CreateOpenIDConnectProviderCommandInput> = {}) {
  const settings = { ClientIDList: [CLIENT_ID, 'app'], ThumbprintList: [of.thumbprint], ...input }
  return iamClient(server).send(new CreateOpenIDConnectProviderCommand({ Url: of.url, ...settings }))
}

const arnOf = ({ address }: OidcIssuer, { id } = mainAccount) => `arn:aws:iam::${id}:oidc-provider/${address}`

/** Trusts a provider, on conditions. */
function trusting(Federated: string, Condition?: object, Action: string | string[] = ACTION): string {
  const Statement = { Effect: 'Allow', Principal: { Federated }, Action, Condition }
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/** A role that reads one bucket. */
function reader(AssumeRolePolicyDocument = trusting(arnOf(issuer)), ...others: object[]): Promise<string> {
  const RoleName = `reader-${made++}`
  const role = { RoleName, AssumeRolePolicyDocument, MaxSessionDuration: 7200 }
  return makeRole(server, role, reads('mine'), ...others)
}

/** As a client without any credentials asks. */
async function assume(
  RoleArn: string,
  WebIdentityToken: string | Promise<string>,
  input: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
) {
  const sts = new STSClient({ endpoint: server.url, region: testRegion, maxAttempts: 1 })
  const asked = { RoleArn, RoleSessionName: 'run-7', WebIdentityToken: await WebIdentityToken, ...input }
  return sts.send(new AssumeRoleWithWebIdentityCommand(asked))
}

const session = async (...asked: Parameters<typeof assume>) => sessionOf((await assume(...asked)).Credentials)

async function read(credentials: Credentials, Bucket = 'mine') {
  const { Body } = await s3Client(server, { credentials }).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  return await Body?.transformToString()
}

const denied = { name: 'AccessDenied' }
const notTrusted = { name: 'AccessDenied', message: `Not authorized to perform ${ACTION}` }
const invalid = { name: 'InvalidIdentityTokenException', $metadata: { httpStatusCode: 400 } }

describe('a session', () => {
  it('is of the role, for whom the provider vouches, without any signature', async () => {
    const RoleArn = await reader()
    const before = Date.now()
    const answer = await assume(RoleArn, issuer.token())
    const Arn = `arn:aws:sts::${mainAccount.id}:assumed-role/${RoleArn.split('/')[1]}/run-7`
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:a/b',
      Audience: CLIENT_ID,
      Provider: arnOf(issuer),
      AssumedRoleUser: { Arn, AssumedRoleId: expect.stringMatching(/^AROA.*:run-7$/) },
    })
    expect(answer.PackedPolicySize).toBe(answer.SessionTokenUtilization)
    const hour = answer.Credentials?.Expiration?.getTime() ?? 0
    expect(hour - before).toBeGreaterThan(3_590_000)
    const credentials = sessionOf(answer.Credentials)
    expect(await stsClient(server, credentials).send(new GetCallerIdentityCommand())).toMatchObject({ Arn })
    expect(await read(credentials)).toBe('mine')
    await expect(read(credentials, 'yours')).rejects.toMatchObject(denied)
  })

  it('ends with its role, which may have been made anew', async () => {
    const RoleArn = await reader()
    const credentials = await session(RoleArn, issuer.token())
    const RoleName = RoleArn.split('/')[1]
    const iam = iamClient(server)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))
    await iam.send(new DeleteRoleCommand({ RoleName }))
    await makeRole(
      server,
      { RoleName: RoleName ?? '', AssumeRolePolicyDocument: trusting(arnOf(issuer)) },
      reads('mine'),
    )
    await expect(read(credentials)).rejects.toMatchObject({ name: 'InvalidToken' })
  })

  it('is narrowed by policies, inline and managed', async () => {
    const RoleArn = await reader(undefined, reads('yours'))
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [reads('mine')] })
    const answer = await assume(RoleArn, issuer.token(), { Policy })
    const narrowed = sessionOf(answer.Credentials)
    expect(await read(narrowed)).toBe('mine')
    await expect(read(narrowed, 'yours')).rejects.toMatchObject(denied)
    const arn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    const managed = await session(RoleArn, issuer.token(), { PolicyArns: [{ arn }] })
    await expect(read(managed)).rejects.toMatchObject(denied)
    await expect(assume(RoleArn, issuer.token(), { Policy: '{}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    })
  })

  it('lasts as long as the role lets it', async () => {
    const RoleArn = await reader()
    const { Credentials } = await assume(RoleArn, issuer.token(), { DurationSeconds: 7200 })
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 7_190_000)
    for (const DurationSeconds of [7201, 899]) {
      const asking = assume(RoleArn, issuer.token(), { DurationSeconds })
      await expect(asking).rejects.toMatchObject({ name: 'ValidationError' })
    }
  })

  it('has keys of the provider, which policies of the role can name', async () => {
    const own = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::\${${issuer.address}:sub}/k`,
    }
    const RoleArn = await reader(undefined, own)
    const credentials = await session(RoleArn, issuer.token({ sub: 'yours', amr: ['pwd', 'otp'] }))
    expect(await read(credentials, 'yours')).toBe('yours')
    await expect(read(await session(RoleArn, issuer.token()), 'yours')).rejects.toMatchObject(denied)
  })

  it('is known by its provider in a bucket policy', async () => {
    const role = { RoleName: 'poor', AssumeRolePolicyDocument: trusting(arnOf(issuer)) }
    const credentials = await session(await makeRole(server, role), issuer.token())
    const byProvider = {
      ...reads('yours'),
      Principal: { Federated: arnOf(issuer) },
      // Without the account it would be public, and blocked.
      Condition: {
        StringEquals: { 'aws:FederatedProvider': arnOf(issuer), 'aws:PrincipalAccount': mainAccount.id },
      },
    }
    const put = (Statement: object) => {
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      return s3Client(server).send(new PutBucketPolicyCommand({ Bucket: 'yours', Policy }))
    }
    await put(byProvider)
    expect(await read(credentials, 'yours')).toBe('yours')
    const rich = await session(await reader(undefined, reads('yours')), issuer.token())
    await put({ ...byProvider, Effect: 'Deny', Principal: '*' })
    await expect(read(rich, 'yours')).rejects.toMatchObject(denied)
    await s3Client(server).send(new DeleteBucketPolicyCommand({ Bucket: 'yours' }))
    expect(await read(rich, 'yours')).toBe('yours')
  })
})

describe('what the token asks for', () => {
  const claims = {
    'https://aws.amazon.com/tags': { principal_tags: { team: ['a'] }, transitive_tag_keys: ['team'] },
    'https://aws.amazon.com/source_identity': 'ann',
  }

  it('are tags and a source identity of the session, that go on to the next', async () => {
    const StringEquals = { 'aws:PrincipalTag/team': 'a', 'aws:SourceIdentity': 'ann' }
    const mayAssume = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
    const first = await reader(
      trusting(
        arnOf(issuer),
        { StringEquals: { 'aws:RequestTag/team': 'a', 'sts:SourceIdentity': 'ann' } },
        EVERYTHING,
      ),
      { ...reads('yours'), Condition: { StringEquals } },
      mayAssume,
    )
    const answer = await assume(first, issuer.token(claims))
    expect(answer).toMatchObject({ SourceIdentity: 'ann' })
    const credentials = sessionOf(answer.Credentials)
    expect(await read(credentials, 'yours')).toBe('yours')
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    const trust = {
      Effect: 'Allow',
      Principal: { AWS: first },
      Action,
      Condition: { StringEquals: { 'aws:FederatedProvider': arnOf(issuer) } },
    }
    const RoleArn = await reader(JSON.stringify({ Version: '2012-10-17', Statement: trust }), {
      ...reads('yours'),
      Condition: { StringEquals },
    })
    const asked = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'next' })
    const { Credentials } = await stsClient(server, credentials).send(asked)
    expect(await read(sessionOf(Credentials), 'yours')).toBe('yours')
  })

  it('needs permissions of its own', async () => {
    const RoleArn = await reader()
    const tags = { 'https://aws.amazon.com/tags': claims['https://aws.amazon.com/tags'] }
    const identity = { 'https://aws.amazon.com/source_identity': 'ann' }
    const message = (action: string) => ({ ...denied, message: `Not authorized to perform ${action}` })
    await expect(assume(RoleArn, issuer.token(tags))).rejects.toMatchObject(message('sts:TagSession'))
    await expect(assume(RoleArn, issuer.token(identity))).rejects.toMatchObject(
      message('sts:SetSourceIdentity'),
    )
  })

  it('may be certain roles alone, which a trust policy can insist on', async () => {
    const RoleArn = await reader(trusting(arnOf(issuer), { Bool: { 'sts:RoleAuthorizedByIdp': 'true' } }))
    const roles = (value: unknown) => issuer.token({ 'https://aws.amazon.com/roles': value })
    await assume(RoleArn, roles(RoleArn))
    await assume(RoleArn, roles(['arn:aws:iam::100000000001:role/x', RoleArn]))
    await expect(assume(RoleArn, roles(['arn:aws:iam::100000000001:role/x']))).rejects.toMatchObject(invalid)
    await expect(assume(RoleArn, roles([]))).rejects.toMatchObject(invalid)
    await expect(assume(RoleArn, issuer.token())).rejects.toMatchObject(notTrusted)
  })

  it('is refused where it is malformed, as what the time has not come for', async () => {
    const RoleArn = await reader(trusting(arnOf(issuer), undefined, EVERYTHING))
    const rejected = { name: 'IDPRejectedClaimException', $metadata: { httpStatusCode: 403 } }
    const nested = { 'https://aws.amazon.com/tags': { principal_tags: { a: { b: { c: 1 } } } } }
    await expect(assume(RoleArn, issuer.token(nested))).rejects.toMatchObject(rejected)
    const later = Math.floor(Date.now() / 1000) + 400
    await expect(assume(RoleArn, issuer.token({ nbf: later }))).rejects.toMatchObject(rejected)
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`k${index}`, [randomBytes(100).toString('hex')]]),
    )
    const large = issuer.token({ 'https://aws.amazon.com/tags': { principal_tags: tags } })
    await expect(assume(RoleArn, large)).rejects.toMatchObject({ name: 'PackedPolicyTooLargeException' })
  })
})

describe('a role', () => {
  it('is assumed on conditions of the claims', async () => {
    const { address } = issuer
    const Condition = {
      StringEquals: { [`${address}:aud`]: 'app', [`${address}:email`]: 'a@b.c' },
      StringLike: { [`${address}:sub`]: 'repo:a/*' },
      'ForAnyValue:StringEquals': { [`${address}:amr`]: 'otp', [`${address}:oaud`]: 'x' },
    }
    const RoleArn = await reader(trusting(arnOf(issuer), Condition))
    const claims = { aud: ['x', 'y'], azp: 'app', amr: ['pwd', 'otp'], email: 'a@b.c' }
    expect(await assume(RoleArn, issuer.token(claims))).toMatchObject({ Audience: 'app' })
    for (const wrong of [
      { azp: CLIENT_ID },
      { sub: 'repo:b/a' },
      { amr: ['pwd'] },
      { amr: undefined },
      { aud: ['y'] },
      { email: undefined },
    ]) {
      await expect(assume(RoleArn, issuer.token({ ...claims, ...wrong }))).rejects.toMatchObject(notTrusted)
    }
  })

  it('trusts one provider and no other: nor by a slash or in another case', async () => {
    for (const Federated of [
      arnOf(other),
      `${arnOf(issuer)}/`,
      arnOf(issuer).replace('realm', 'Realm'),
      arnOf(issuer, otherAccount),
      issuer.address.replace(/:.*/, '.example.com'),
    ]) {
      const RoleArn = await reader(trusting(Federated))
      await expect(assume(RoleArn, issuer.token())).rejects.toMatchObject(notTrusted)
    }
    const RoleArn = await reader()
    await expect(assume(RoleArn, other.token())).rejects.toMatchObject(notTrusted)
    await expect(assume(RoleArn, other.token({ iss: issuer.url }))).rejects.toMatchObject(invalid)
  })

  it('that trusts an account, or everybody, lets in nobody by a token', async () => {
    const everybody = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:*' },
    })
    for (const trust of [trustPolicy(mainAccount.id), everybody, everybody.replace('"*"', '{"AWS":"*"}')]) {
      await expect(assume(await reader(trust), issuer.token())).rejects.toMatchObject(notTrusted)
    }
  })

  it('that there is not is refused as one that does not trust', async () => {
    await expect(assume(`arn:aws:iam::${mainAccount.id}:role/none`, issuer.token())).rejects.toMatchObject(
      notTrusted,
    )
  })

  it('of an account that trusts no such provider is not even looked for', async () => {
    const message = `No OpenIDConnect provider found in your account for ${issuer.url}`
    for (const RoleArn of [`arn:aws:iam::${otherAccount.id}:role/r`, 'arn:aws:iam::999999999999:role/r']) {
      await expect(assume(RoleArn, issuer.token())).rejects.toMatchObject({ ...invalid, message })
    }
    for (const [RoleArn, said] of [
      ['x'.repeat(20), `${'x'.repeat(20)} is invalid`],
      [`arn:aws:iam::${mainAccount.id}:oidc-provider/r`, 'Request ARN is invalid'],
    ] as const) {
      const asking = assume(RoleArn, issuer.token())
      await expect(asking).rejects.toMatchObject({ name: 'ValidationError', message: said })
    }
    for (const iss of [
      `${issuer.url}/`,
      issuer.url.replace('realm', 'Realm'),
      issuer.url.toUpperCase(),
      issuer.address,
      issuer.url.replace('https', 'http'),
      `https://${'x'.repeat(5000)}`,
    ]) {
      await expect(assume(await reader(), issuer.token({ iss }))).rejects.toMatchObject(invalid)
    }
  })

  it('is refused where its provider is at a private address that the config does not name, and once it is deleted', async () => {
    const iam = iamClient(server)
    const settings = {
      Url: 'https://localhost',
      ClientIDList: [CLIENT_ID],
      ThumbprintList: [issuer.thumbprint],
    }
    const { OpenIDConnectProviderArn } = await iam.send(new CreateOpenIDConnectProviderCommand(settings))
    const RoleArn = await reader(trusting(OpenIDConnectProviderArn ?? ''))
    const token = await issuer.token({ iss: settings.Url })
    await expect(assume(RoleArn, token)).rejects.toMatchObject({ name: 'IDPCommunicationErrorException' })
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
    await expect(assume(RoleArn, token)).rejects.toMatchObject(invalid)
  })
})

describe('a token', () => {
  it('is good until it expires', async () => {
    const RoleArn = await reader()
    const exp = Math.floor(Date.now() / 1000) - 1
    await expect(assume(RoleArn, issuer.token({ exp }))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: expect.stringMatching(/^Token expired: current date\/time \d+ must be before the expiration/),
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('is for a client of the provider', async () => {
    const RoleArn = await reader()
    for (const claims of [
      { aud: 'stranger' },
      { azp: 'stranger' },
      { aud: ['app', CLIENT_ID] },
      { aud: { app: 1 } },
    ]) {
      await expect(assume(RoleArn, issuer.token(claims))).rejects.toMatchObject(invalid)
    }
  })

  it('is signed by its provider, with no extension', async () => {
    const RoleArn = await reader()
    const token = await issuer.token()
    const [header = '', payload, signature] = token.split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const crit = Buffer.from('{"alg":"ES256","kid":"first","crit":["exp"],"exp":1}').toString('base64url')
    for (const forged of [
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${crit}.${payload}.${signature}`,
      `${header}.${payload}.AAAA`,
      'abcd',
      'a.b.c',
    ]) {
      await expect(assume(RoleArn, forged)).rejects.toMatchObject(invalid)
    }
  })

  it('has 4 to 20,000 characters', async () => {
    const RoleArn = await reader()
    const filler = async (count: number) => issuer.token({ filler: 'x'.repeat(count) })
    const sizes = async (count: number) => (await filler(count)).length
    const count = Math.floor((20_000 - (await sizes(0))) * 0.75) - 3
    expect(await sizes(count)).toBeGreaterThan(19_900)
    await assume(RoleArn, filler(count))
    for (const token of ['abc', filler(15_000), 'x'.repeat(40_000)]) {
      const refused = assume(RoleArn, token)
      await expect(refused).rejects.toMatchObject({ name: 'ValidationError' })
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('xxxx') })
    }
  })

  it('does not come with the id of a provider', async () => {
    const RoleArn = await reader()
    for (const ProviderId of ['www.amazon.com', 'graph.facebook.com', issuer.url]) {
      await expect(assume(RoleArn, issuer.token(), { ProviderId })).rejects.toMatchObject(invalid)
      const opaque = assume(RoleArn, 'Atza|abcdef', { ProviderId })
      await expect(opaque).rejects.toMatchObject({ name: 'NotImplemented' })
    }
  })
})

describe('a request', () => {
  const parameters = async () => ({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: await reader(),
    RoleSessionName: 'raw',
    WebIdentityToken: await issuer.token(),
  })

  it('is answered in XML of STS, unsigned, by POST and by GET', async () => {
    const asked = await parameters()
    const answer = await queryRequest(server, 'sts', asked, { anonymous: true })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
    expect(answer.text).toMatch(
      /^<AssumeRoleWithWebIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleWithWebIdentityResult><Credentials>/,
    )
    const query = new URLSearchParams({ Version: '2011-06-15', ...asked }).toString()
    expect((await rawRequest(server, { path: '/', query, anonymous: true })).status).toBe(200)
  })

  it('is answered in JSON, as the S3 gateway of NGINX asks for it, also where a POST has it all in its query', async () => {
    const query = new URLSearchParams({ Version: '2011-06-15', ...(await parameters()) }).toString()
    const headers = { accept: 'application/json' }
    for (const method of ['GET', 'POST']) {
      const answer = await rawRequest(server, { path: '/', query, anonymous: true, method, headers })
      expect(answer.status).toBe(200)
      const { AssumeRoleWithWebIdentityResponse: told } = JSON.parse(answer.text) as ToldInJson
      const { Credentials: given } = told.AssumeRoleWithWebIdentityResult
      expect(await read(sessionOf({ ...given, Expiration: undefined }))).toBe('mine')
      expect(Math.abs(given.Expiration - 3600 - Date.now() / 1000)).toBeLessThan(60)
    }
  })

  it('may be signed as well, but not wrongly', async () => {
    const asked = await parameters()
    expect((await queryRequest(server, 'sts', asked)).status).toBe(200)
    const credentials = { ...server.credentials, secretAccessKey: 'wrong'.repeat(8) }
    expect((await queryRequest(server, 'sts', asked, { credentials })).errorCode).toBe(
      'SignatureDoesNotMatch',
    )
  })

  it('is the only one that nobody signs: AssumeRoleWithSAML is not implemented, signed or not', async () => {
    const asked = { ...(await parameters()), Action: 'AssumeRoleWithSAML' }
    const more = { PrincipalArn: `arn:aws:iam::${mainAccount.id}:saml-provider/p`, SAMLAssertion: 'abcd' }
    for (const how of [{ anonymous: true }, {}] as const) {
      const { status, errorCode } = await queryRequest(server, 'sts', { ...asked, ...more }, how)
      expect([status, errorCode]).toEqual([501, 'NotImplemented'])
    }
  })

  it('names the version, and all that is required', async () => {
    const asked = await parameters()
    const answer = (others: Record<string, string>) =>
      queryRequest(server, 'sts', { ...asked, ...others }, { anonymous: true })
    expect((await answer({ Version: '2010-05-08' })).errorCode).toBe('InvalidAction')
    for (const name of ['RoleArn', 'RoleSessionName', 'WebIdentityToken']) {
      expect((await answer({ [name]: '' })).errorCode).toBe('ValidationError')
    }
    expect((await answer({ RoleSessionName: 'a b' })).errorCode).toBe('ValidationError')
    expect((await answer({ MinimumSessionTokenSize: '4097' })).errorCode).toBe('ValidationError')
  })

  it('has 64 KiB at the most', async () => {
    const asked = { ...(await parameters()), Filler: 'x'.repeat(65_536) }
    const answer = await queryRequest(server, 'sts', asked, { anonymous: true })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })

  it.each(['AssumeRole', 'GetCallerIdentity', 'GetSessionToken'])(
    'is signed where it is %s',
    async (Action) => {
      const answer = await queryRequest(server, 'sts', { Action }, { anonymous: true })
      expect([answer.status, answer.errorCode]).toEqual([403, 'MissingAuthenticationToken'])
    },
  )
})

describe('a provider', () => {
  it('that cannot be reached, or answers nothing of use, lets nobody in', async () => {
    await using down = await OidcIssuer.open()
    await using own = await startTestServer({ privateIdentityProviders: [down.url] })
    const settings = { Url: down.url, ClientIDList: [CLIENT_ID], ThumbprintList: [down.thumbprint] }
    await iamClient(own).send(new CreateOpenIDConnectProviderCommand(settings))
    const RoleArn = await makeRole(own, { RoleName: 'r', AssumeRolePolicyDocument: trusting(arnOf(down)) })
    const asked = {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn,
      RoleSessionName: 'raw',
      WebIdentityToken: await down.token(),
    }
    const code = async (token = asked.WebIdentityToken) => {
      own.clock.advance(5000)
      const answer = await queryRequest(
        own,
        'sts',
        { ...asked, WebIdentityToken: token },
        { anonymous: true },
      )
      return answer.errorCode ?? answer.status
    }
    const answers = (status: number, body = '') => {
      down.instead = (_, response) => (response.writeHead(status, { location: other.url }).end(body), true)
    }
    answers(503)
    expect(await code()).toBe('IDPCommunicationError')
    answers(404)
    expect(await code()).toBe('InvalidIdentityToken')
    answers(302)
    expect(await code()).toBe('InvalidIdentityToken')
    answers(200, 'no json')
    expect(await code()).toBe('InvalidIdentityToken')
    answers(200, JSON.stringify({ issuer: other.url, jwks_uri: `${other.url}/keys` }))
    expect(await code()).toBe('InvalidIdentityToken')
    answers(200, JSON.stringify({ issuer: down.url, jwks_uri: `http://${down.address}/keys` }))
    expect(await code()).toBe('InvalidIdentityToken')
    const many = Array.from({ length: 3000 }, (_, index) => ({
      kty: 'EC',
      crv: 'P-256',
      x: 'x',
      y: 'y',
      kid: `${index}`,
    }))
    const { keys } = down
    down.keys = [...many, ...keys]
    down.instead = () => false
    expect(await code()).toBe('InvalidIdentityToken')
    down.keys = keys
    expect(await code()).toBe(200)
    down.instead = (_, response) => (response.destroy(), true)
    own.clock.advance(300_000)
    expect(await code(await down.token({ exp: Math.floor(Date.now() / 1000) + 4000 }))).toBe(200)
    await down.addKey('second')
    expect(await code(await down.token({}, { kid: 'second' }, 'second'))).toBe('IDPCommunicationError')
  })

  it('is not believed without the right certificate', async () => {
    await using strange = await OidcIssuer.open()
    await using own = await startTestServer({ privateIdentityProviders: [strange.url] })
    const settings = { Url: strange.url, ClientIDList: [CLIENT_ID], ThumbprintList: ['0'.repeat(40)] }
    await iamClient(own).send(new CreateOpenIDConnectProviderCommand(settings))
    const RoleArn = await makeRole(own, { RoleName: 'r', AssumeRolePolicyDocument: trusting(arnOf(strange)) })
    const asked = { RoleArn, RoleSessionName: 'raw', WebIdentityToken: await strange.token() }
    const answer = await queryRequest(
      own,
      'sts',
      { Action: 'AssumeRoleWithWebIdentity', ...asked },
      { anonymous: true },
    )
    expect([answer.status, answer.errorCode]).toEqual([400, 'IDPCommunicationError'])
    expect(strange.requests).toEqual([])
  })
})
