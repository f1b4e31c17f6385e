import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { iamClient, makeRole } from '../../support/identity-clients.ts'
import { OidcProviderProcess } from '../../support/oidc-provider-process.ts'
import { queryRequest } from '../../support/query-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const AUDIENCE = 'sts.amazonaws.com'

let provider: OidcProviderProcess
let server: TestServer
let RoleArn: string

beforeAll(async () => {
  const folder = await temporaryDirectory()
  provider = await OidcProviderProcess.start(folder.path, AUDIENCE)
  const Url = provider.issuer
  server = await startTestServer({ privateIdentityProviders: [Url] })
  const settings = { Url, ClientIDList: [AUDIENCE], ThumbprintList: [provider.thumbprint] }
  await iamClient(server).send(new CreateOpenIDConnectProviderCommand(settings))
  const address = Url.slice('https://'.length)
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${mainAccount.id}:oidc-provider/${address}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${address}:aud`]: AUDIENCE, [`${address}:sub`]: 'repo:our-company/site' },
    },
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  RoleArn = await makeRole(server, { RoleName: 'deploy', AssumeRolePolicyDocument })
  return async () => {
    await server[Symbol.asyncDispose]()
    await provider[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

/** Of the keys of a provider. */
const READINGS_APART_MILLISECONDS = 5000

/** Resolves when no answer has come for a while. */
async function untilAllWait(answers: readonly string[]): Promise<void> {
  for (let before = -1; before !== answers.length;) {
    before = answers.length
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function assume(token: string): Promise<string> {
  const asked = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn,
    RoleSessionName: 'run',
    WebIdentityToken: token,
  }
  const { status, text } = await queryRequest(server, 'sts', asked, { anonymous: true })
  return status === 200 ? 'let in' : text
}

it(
  'no token of a real provider is refused while its keys are rotated under load',
  { timeout: 120_000 },
  async () => {
    const answers: string[] = []
    const over = new AbortController()
    const work = async () => {
      while (!over.signal.aborted) answers.push(await assume(await provider.token()))
    }
    const load = Array.from({ length: 6 }, work)
    const moreAnswers = async () => {
      const before = answers.length
      await expect.poll(() => answers.length, { timeout: 30_000 }).toBeGreaterThan(before + 20)
    }
    await moreAnswers()
    for (const isAllowedAtOnce of [true, false, true]) {
      if (isAllowedAtOnce) server.clock.advance(READINGS_APART_MILLISECONDS)
      await provider.rotate()
      if (!isAllowedAtOnce) {
        await untilAllWait(answers)
        server.clock.advance(READINGS_APART_MILLISECONDS)
      }
      await moreAnswers()
    }
    over.abort()
    await Promise.all(load)
    expect(answers.filter((answer) => answer !== 'let in')).toEqual([])
    expect(answers.length).toBeGreaterThan(80)
  },
)

it('tokens that are known to be good go on being so while the provider is gone, and no others', async () => {
  const token = await provider.token()
  expect(await assume(token)).toBe('let in')
  await provider[Symbol.asyncDispose]()
  server.clock.advance(400_000)
  expect(await assume(token)).toBe('let in')
  const [, payload, signature] = token.split('.')
  const header = Buffer.from('{"alg":"ES256","kid":"another"}').toString('base64url')
  expect(await assume(`${header}.${payload}.${signature}`)).toContain('<Code>IDPCommunicationError</Code>')
})
