import { readFileSync } from 'node:fs'
import * as https from 'node:https'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'

/*
 * An OpenID provider of npm in a process of its own: `node oidc-provider-program.ts CERTIFICATE KEY AUDIENCE [REDIRECT]`. People are
 * `alice`, who has signed in already; REDIRECT is where they go back to. Sends its address once
 * it listens; with each message from then on it signs with a new key, publishes the one before too, and says so.
 */

const [certificate = '', key = '', audience = '', redirectUri] = process.argv.slice(2)
const server = https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) })
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('not a TCP port')
const issuer = `https://localhost:${address.port}`
let keys: JWK[] = []
let answer: ReturnType<Provider['callback']> = () => {}
server.on('request', (request, response) => answer(request, response))
let provider: Provider

async function rotate(): Promise<void> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const fresh = { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'ES256', use: 'sig' }
  keys = [fresh, ...keys].slice(0, 2)
  provider = new Provider(issuer, configuration())
  const own = provider.callback()
  answer = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      own(request, response)
      return
    }
    const login = { login: { accountId: 'alice' } }
    void provider.interactionFinished(request, response, login, { mergeWithLastSubmission: false })
  }
}

function configuration() {
  const resource = {
    scope: '',
    audience,
    accessTokenTTL: 600,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  }
  return {
    jwks: { keys },
    clients: [
      {
        client_id: 'repo:our-company/site',
        client_secret: 'a-secret-of-the-job',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'ES256',
      },
      ...(redirectUri === undefined ? [] : [consoleClient(redirectUri)]),
    ],
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com` }),
    }),
    claims: { openid: ['sub'], email: ['email'], profile: [] },
    scopes: ['openid', 'email', 'profile'],
    conformIdTokenClaims: false,
    async loadExistingGrant({ oidc }: { readonly oidc: { readonly client: { readonly clientId: string } } }) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: 'alice' })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'https://storage.example.com',
        getResourceServerInfo: () => resource,
      },
    },
  }
}

function consoleClient(redirect: string) {
  return {
    client_id: 'the-console',
    client_secret: 'a-secret:of+the/console%1',
    grant_types: ['authorization_code'],
    redirect_uris: [redirect],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
  }
}

await rotate()
process.on('message', () => void rotate().then(() => process.send?.('rotated')))
process.send?.(issuer)
