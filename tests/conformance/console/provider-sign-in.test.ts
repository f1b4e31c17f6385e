import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hash } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { type ConsoleServer, startConsoleServer } from '../../support/console-server.ts'
import { freePort } from '../../support/free-port.ts'
import { iamClient, makeRole, stsClient } from '../../support/identity-clients.ts'
import { OidcIssuer } from '../../support/oidc-issuer.ts'
import { OidcProviderProcess } from '../../support/oidc-provider-process.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const CLIENT = 'the-console'
const ROLE = `arn:aws:iam::${mainAccount.id}:role/staff`

/** A server whose people sign in with a provider, and are `staff` then. */
async function consoleWith(
  { issuer, thumbprint }: { readonly issuer: string; readonly thumbprint: string },
  consolePort = 0,
): Promise<ConsoleServer> {
  const clientSecret = 'a-secret:of+the/console%1'
  const provider = { id: 'corp', name: 'Corporate', issuer, clientId: CLIENT, clientSecret, roleArn: ROLE }
  const both = await startConsoleServer({
    privateIdentityProviders: [issuer],
    console: { providers: [provider] },
    consolePort,
  })
  const iam = iamClient(both.server)
  const settings = { Url: issuer, ClientIDList: [CLIENT, 'another'], ThumbprintList: [thumbprint] }
  await iam.send(new CreateOpenIDConnectProviderCommand(settings))
  const address = issuer.slice('https://'.length)
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${mainAccount.id}:oidc-provider/${address}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${address}:sub`]: 'alice' } },
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await makeRole(both.server, { RoleName: 'staff', AssumeRolePolicyDocument })
  return both
}

interface Step {
  readonly status: number
  readonly location: string
  /** As the browser sends it back. */
  readonly cookie: string
  readonly setCookie: string
}

async function visit({ console: server }: ConsoleServer, target: string, cookie = ''): Promise<Step> {
  const { pathname, search } = new URL(target, server.url)
  const headers = cookie === '' ? {} : { cookie }
  const answer = await rawRequest(server, {
    path: pathname,
    query: search.slice(1),
    anonymous: true,
    headers,
  })
  const [setCookie = ''] = answer.headers['set-cookie'] ?? []
  const location = answer.headers.location ?? ''
  return { status: answer.status, location, setCookie, cookie: setCookie.split(';')[0] ?? '' }
}

async function collect(
  { console: server }: ConsoleServer,
  cookie: string,
  headers: Record<string, string> = {},
) {
  const answer = await rawRequest(server, {
    method: 'POST',
    path: '/-/sign-in/collect',
    anonymous: true,
    headers: { 'content-type': 'application/json', cookie, ...headers },
    body: '{}',
  })
  return { status: answer.status, json: JSON.parse(answer.text) as Collected }
}

interface Collected {
  readonly code?: string
  readonly arn?: string
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  }
}

describe('signing in with the OpenID provider of npm', () => {
  let both: ConsoleServer
  let provider: OidcProviderProcess
  beforeAll(async () => {
    const folder = await temporaryDirectory()
    const port = await freePort()
    provider = await OidcProviderProcess.start(
      folder.path,
      'unused',
      `http://127.0.0.1:${port}/-/sign-in/done`,
    )
    both = await consoleWith(provider, port)
    return async () => {
      await both[Symbol.asyncDispose]()
      await provider[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    }
  })

  it('is offered by the settings', async () => {
    const settings = await rawRequest(both.console, { path: '/-/console/settings.json', anonymous: true })
    expect(JSON.parse(settings.text)).toMatchObject({
      signIn: { providers: [{ id: 'corp', name: 'Corporate' }] },
    })
    expect(settings.text).not.toContain('secret')
  })

  it('gives the page a session of the role, once', async () => {
    const begun = await visit(both, '/-/sign-in/corp')
    expect(begun.status).toBe(302)
    expect(begun.setCookie).toMatch(/; Path=\/-\/sign-in; Max-Age=600; HttpOnly; SameSite=Lax$/)
    const back = await provider.visit(begun.location)
    expect(back.startsWith(`${both.console.url}/-/sign-in/done?code=`)).toBe(true)
    const done = await visit(both, back, begun.cookie)
    expect(done).toMatchObject({ status: 302, location: '/-/console/#/signed-in' })
    expect(done.setCookie).toMatch(/; Max-Age=60; HttpOnly; SameSite=Strict$/)

    const { status, json } = await collect(both, done.cookie)
    expect(status).toBe(200)
    expect(json.arn).toBe(`arn:aws:sts::${mainAccount.id}:assumed-role/staff/alice@example.com`)
    const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = json.credentials ?? {}
    const sts = stsClient(both.console, { accessKeyId, secretAccessKey, sessionToken })
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(json.arn)

    expect(await collect(both, done.cookie)).toMatchObject({ status: 401, json: { code: 'SignInRefused' } })
    const again = await visit(both, back, begun.cookie)
    expect(again.location).toBe('/-/console/#/sign-in-failed?reason=provider')
  })

  it('holds up an address that guesses tickets', async () => {
    const guess = (index: number) => collect(both, `holdfast-sign-in=t.${'x'.repeat(40)}${index}`)
    const answers = []
    for (let index = 0; index < 12; index++) answers.push((await guess(index)).json.code)
    expect(answers[0]).toBe('SignInRefused')
    expect(answers.at(-1)).toBe('TooManyAttempts')
    both.server.clock.advance(3_600_001)
    expect((await guess(99)).status).toBe(401)
  })

  it('keeps a session for a minute, and from pages of others', async () => {
    const begun = await visit(both, '/-/sign-in/corp')
    const done = await visit(both, await provider.visit(begun.location), begun.cookie)
    const stranger = await collect(both, done.cookie, { origin: 'https://evil.example' })
    expect(stranger.status).toBe(403)
    both.server.clock.advance(61_000)
    expect((await collect(both, done.cookie)).status).toBe(401)
  })
})

describe('signing in with a provider that is not to be trusted', () => {
  let both: ConsoleServer
  let issuer: OidcIssuer
  /** What the token of the next exchange says, and what was sent for it. */
  let claims: Record<string, unknown>
  let sent: URLSearchParams
  let answerToken: (response: ServerResponse, token: string) => void
  beforeEach(async () => {
    issuer = await OidcIssuer.open()
    claims = {}
    answerToken = (response, token) => void response.end(JSON.stringify({ id_token: token }))
    issuer.instead = (request, response) => {
      if (request.url?.endsWith('/openid-configuration')) {
        response.end(
          JSON.stringify({
            issuer: issuer.url,
            jwks_uri: `${issuer.url}/keys`,
            authorization_endpoint: `${issuer.url}/authorize?tenant=1`,
            token_endpoint: `${issuer.url}/token`,
            token_endpoint_auth_methods_supported: ['client_secret_post'],
          }),
        )
        return true
      }
      if (!request.url?.endsWith('/token')) return false
      void exchange(request, response)
      return true
    }
    both = await consoleWith({ issuer: issuer.url, thumbprint: issuer.thumbprint })
    return async () => {
      await both[Symbol.asyncDispose]()
      await issuer[Symbol.asyncDispose]()
    }
  })

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    sent = new URLSearchParams(Buffer.concat(chunks).toString())
    answerToken(response, await issuer.token(claims))
  }

  async function begin() {
    const begun = await visit(both, '/-/sign-in/corp')
    const asked = new URL(begun.location).searchParams
    claims = { sub: 'alice', aud: CLIENT, nonce: asked.get('nonce') }
    return { ...begun, asked, state: asked.get('state') ?? '' }
  }

  const done = (state: string, more = ''): string => `/-/sign-in/done?code=abc&state=${state}${more}`
  const failed = (reason: string): string => `/-/console/#/sign-in-failed?reason=${reason}`

  it('sends the code with its verifier and the secret, and nothing else works', async () => {
    const { asked, cookie, state } = await begin()
    expect(Object.fromEntries(asked)).toMatchObject({
      tenant: '1',
      response_type: 'code',
      client_id: CLIENT,
      scope: 'openid email profile',
      redirect_uri: `${both.console.url}/-/sign-in/done`,
      code_challenge_method: 'S256',
    })
    expect((await visit(both, done(state), cookie)).location).toBe('/-/console/#/signed-in')
    expect(Object.fromEntries(sent)).toMatchObject({
      grant_type: 'authorization_code',
      code: 'abc',
      client_id: CLIENT,
      redirect_uri: `${both.console.url}/-/sign-in/done`,
    })
    expect(hash('sha256', sent.get('code_verifier') ?? '', 'base64url')).toBe(asked.get('code_challenge'))
  })

  it.each([
    ['another nonce', { nonce: 'of another' }, 'provider'],
    ['no nonce', { nonce: undefined }, 'provider'],
    ['another client', { aud: 'another' }, 'provider'],
    ['a person whom the role does not know', { sub: 'mallory' }, 'role'],
    ['another issuer', { iss: 'https://evil.example' }, 'role'],
    ['a time that is over', { exp: 1 }, 'role'],
  ])('refuses a token with %s', async (_, wrong, reason) => {
    const { cookie, state } = await begin()
    claims = { ...claims, ...wrong }
    const { location, cookie: ticket } = await visit(both, done(state), cookie)
    expect(location).toBe(failed(reason))
    expect((await collect(both, ticket)).status).toBe(401)
  })

  it('refuses a token that the provider did not sign', async () => {
    const { cookie, state } = await begin()
    answerToken = (response, token) => {
      const [head, payload] = token.split('.')
      response.end(JSON.stringify({ id_token: `${head}.${payload}.${'A'.repeat(86)}` }))
    }
    expect((await visit(both, done(state), cookie)).location).toBe(failed('role'))
  })

  it.each([
    ['an error', (response: ServerResponse) => response.writeHead(400).end('{"error":"invalid_grant"}')],
    ['no token', (response: ServerResponse) => response.end('{}')],
    ['no JSON', (response: ServerResponse) => response.end('<html>')],
    ['a token that is none', (response: ServerResponse) => response.end('{"id_token":"a.b"}')],
    ['too much', (response: ServerResponse) => response.end('x'.repeat(100_000))],
  ])('takes %s for no session', async (_, answer) => {
    const { cookie, state } = await begin()
    answerToken = (response) => void answer(response)
    expect((await visit(both, done(state), cookie)).location).toMatch(/reason=(provider|role)$/)
  })

  it('knows who began: by the cookie, the state and the time', async () => {
    const { cookie, state } = await begin()
    expect((await visit(both, done(state))).location).toBe(failed('expired'))
    expect((await visit(both, done('another'), cookie)).location).toBe(failed('expired'))
    const other = await begin()
    expect((await visit(both, done(state), other.cookie)).location).toBe(failed('expired'))
    expect((await visit(both, done(state), `${cookie}A`)).location).toBe(failed('expired'))
    both.server.clock.advance(11 * 60_000)
    expect((await visit(both, done(state), cookie)).location).toBe(failed('expired'))
  })

  it('says that the person, or another provider, refused', async () => {
    const { cookie, state } = await begin()
    const refused = await visit(both, `/-/sign-in/done?error=access_denied&state=${state}`, cookie)
    expect(refused.location).toBe(failed('refused'))
    const mixed = await visit(both, done(state, '&iss=https%3A%2F%2Fevil.example'), cookie)
    expect(mixed.location).toBe(failed('provider'))
  })

  it('is held up like all who fail too often', async () => {
    // What nobody began is none: another page's images could hold up whoever looks at them.
    for (let count = 0; count < 20; count++)
      expect((await visit(both, done('x'))).location).toBe(failed('expired'))
    for (let count = 0; count < 10; count++) {
      const { cookie, state } = await begin()
      await visit(both, `/-/sign-in/done?error=access_denied&state=${state}`, cookie)
    }
    expect((await visit(both, '/-/sign-in/corp')).location).toBe(failed('too-many'))
  })

  it('says that the provider cannot be reached, or is not trusted', async () => {
    await issuer.close()
    expect((await visit(both, '/-/sign-in/corp')).location).toBe(failed('provider'))
    expect((await visit(both, '/-/sign-in/nobody')).status).toBe(403)
  })
})
