import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../support/accounts.ts'
import { iamClient, makeUser, sessionOf, stsClient, trustPolicy } from '../support/identity-clients.ts'
import { kmsClient } from '../support/kms-client.ts'
import { queryRequest } from '../support/query-request.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'

/* Session tokens of each kind as an attacker would change them, against each service that takes them. */

const clock = new MovableClock(new Date(), { running: true })
const KINDS = ['of a role', 'of a user', 'of the root user', 'federated'] as const
type Kind = (typeof KINDS)[number]

let server: TestServer
let user: Credentials
let RoleArn: string
const sessions: Partial<Record<Kind, Credentials>> = {}

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }
const Policy = JSON.stringify({ Version: '2012-10-17', Statement: EVERYTHING })

beforeAll(async () => {
  server = await startTestServer({ clock })
  user = await makeUser(server, 'holder', EVERYTHING)
  const iam = iamClient(server)
  const trust = trustPolicy(`arn:aws:iam::${mainAccount.id}:user/holder`)
  const made = await iam.send(new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument: trust }))
  RoleArn = made.Role?.Arn ?? ''
  await iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'p', PolicyDocument: Policy }))
  for (const kind of KINDS) sessions[kind] = await begin(kind)
  return () => server[Symbol.asyncDispose]()
})

async function begin(kind: Kind, DurationSeconds = 3600): Promise<Credentials> {
  const sts = stsClient(server, kind === 'of the root user' ? server.credentials : user)
  if (kind === 'of a role') {
    const assuming = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', DurationSeconds })
    return sessionOf((await sts.send(assuming)).Credentials)
  }
  const asking =
    kind === 'federated'
      ? new GetFederationTokenCommand({ Name: 'fred', Policy, DurationSeconds })
      : new GetSessionTokenCommand({ DurationSeconds })
  return sessionOf((await sts.send(asking as GetSessionTokenCommand)).Credentials)
}

function sessionFor(kind: Kind): Credentials & { readonly sessionToken: string } {
  const session = sessions[kind]
  return { accessKeyId: '', secretAccessKey: '', ...session, sessionToken: session?.sessionToken ?? '' }
}

/** What each service says. */
async function answers(credentials: Credentials): Promise<string[]> {
  const header = await rawRequest(server, { path: '/', credentials })
  const query = await rawRequest(server, { path: '/', credentials, presigned: { expiresSeconds: 3600 } })
  const sts = await queryRequest(server, 'sts', { Action: 'GetCallerIdentity' }, { credentials })
  const kms = await kmsClient(server, credentials)
    .send(new ListKeysCommand())
    .then(
      () => '200',
      (error: Error) => error.name,
    )
  return [header, query, sts]
    .map(({ status, errorCode }) => `${status} ${errorCode ?? ''}`.trim())
    .concat(kms)
}

const GOOD = ['200', '200', '200', '200']
const REFUSED = [
  '400 InvalidToken',
  '400 InvalidToken',
  '403 InvalidClientTokenId',
  'UnrecognizedClientException',
]

describe.each(KINDS)('a token %s', (kind) => {
  it('is good as it was given', async () => {
    expect(await answers(sessionFor(kind))).toEqual(GOOD)
  })

  it('is refused with any byte changed', async () => {
    const { sessionToken, ...keys } = sessionFor(kind)
    const bytes = Buffer.from(sessionToken, 'base64')
    // Format, store key, nonce, sealed text, tag.
    const places = [0, 1, 8, 9, 20, 21, Math.floor(bytes.length / 2), bytes.length - 16, bytes.length - 1]
    for (const place of places) {
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] ?? 0) ^ 1
      const answer = await answers({ ...keys, sessionToken: changed.toString('base64') })
      expect([place, answer]).toEqual([place, REFUSED])
    }
  })

  it('is refused where it is cut, or longer', async () => {
    const { sessionToken, ...keys } = sessionFor(kind)
    const bytes = Buffer.from(sessionToken, 'base64')
    for (const length of [1, 8, 9, 10, 24, 36, bytes.length / 2, bytes.length - 16, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString('base64')
      expect([length, await answers({ ...keys, sessionToken: cut })]).toEqual([length, REFUSED])
    }
    const longer = Buffer.concat([bytes, Buffer.of(0)]).toString('base64')
    expect(await answers({ ...keys, sessionToken: longer })).toEqual(REFUSED)
  })

  it('has one spelling', async () => {
    const { sessionToken, ...keys } = sessionFor(kind)
    const unpadded = sessionToken.replaceAll('=', '')
    const spelt = [
      Buffer.from(sessionToken, 'base64').toString('base64url'),
      `${unpadded}====`,
      `${sessionToken}=`,
      `${sessionToken.slice(0, 8)}%2B${sessionToken.slice(8)}`,
      Buffer.from(sessionToken, 'base64').toString('hex'),
      sessionToken.toLowerCase(),
    ].filter((text) => text !== sessionToken)
    for (const other of spelt) expect(await answers({ ...keys, sessionToken: other })).toEqual(REFUSED)
  })

  it('is good for its own key alone', async () => {
    const { sessionToken } = sessionFor(kind)
    const anew = await begin(kind)
    expect(await answers({ ...anew, sessionToken })).toEqual(REFUSED)
    for (const other of KINDS.filter((name) => name !== kind)) {
      expect(await answers({ ...sessionFor(other), sessionToken })).toEqual(REFUSED)
    }
    expect(await answers({ ...user, sessionToken })).toEqual(REFUSED)
  })

  it('does not sign with another secret', async () => {
    const { secretAccessKey } = user
    const answer = await answers({ ...sessionFor(kind), secretAccessKey })
    const wrong = ['403 SignatureDoesNotMatch', '403 SignatureDoesNotMatch', '403 SignatureDoesNotMatch']
    expect(answer).toEqual([...wrong, 'InvalidSignatureException'])
  })

  it('is refused where it is many times as long', async () => {
    const { sessionToken, ...keys } = sessionFor(kind)
    const long = await rawRequest(server, {
      path: '/',
      credentials: { ...keys, sessionToken: sessionToken.repeat(16) },
    })
    expect(long.status).toBeGreaterThanOrEqual(400)
    expect(long.status).toBeLessThan(500)
  })

  it('ends when it was to', async () => {
    // The clock may not be far from the one that signs.
    clock.advance(-600_000)
    const credentials = await begin(kind, 900)
    expect(await answers(credentials)).toEqual(GOOD)
    clock.advance(1_200_000)
    const expired = await answers(credentials)
    clock.advance(-600_000)
    expect(expired).toEqual([
      '400 ExpiredToken',
      '400 ExpiredToken',
      '403 ExpiredToken',
      'ExpiredTokenException',
    ])
  })
})

it('tokens of another store are refused', async () => {
  await using other = await startTestServer()
  for (const kind of KINDS) {
    const answer = await rawRequest(other, { path: '/', credentials: sessionFor(kind) })
    expect([answer.status, answer.errorCode]).toEqual([400, 'InvalidToken'])
  }
})

it('what was sealed for something else is no token: the secret of an access key', async () => {
  const { secretAccessKey, accessKeyId } = user
  const forged = Buffer.concat([Buffer.of(1), Buffer.alloc(8), Buffer.from(secretAccessKey, 'base64')])
  const sessionToken = forged.toString('base64')
  expect(await answers({ accessKeyId, secretAccessKey, sessionToken })).toEqual(REFUSED)
})
