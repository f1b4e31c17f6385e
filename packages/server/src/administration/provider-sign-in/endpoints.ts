import type { ProviderDocuments } from '../../federation/provider-documents.ts'
import { ProviderFailure } from '../../federation/provider-documents.ts'
import { type Provider, readDiscovery } from '../../federation/published-keys.ts'
import { textsOf } from '../../federation/token-claims.ts'

/** Where a provider lets people sign in, and where it exchanges codes for tokens. */
export interface Endpoints {
  readonly authorization: URL
  readonly token: URL
  /** Whether the client's secret goes into the form: into the Authorization header otherwise, which all have to take. */
  readonly takesSecretInForm: boolean
}

/** Throws {@link ProviderFailure}. Source: OpenID Connect Discovery 1.0, section 3. */
export async function endpointsOf(documents: ProviderDocuments, provider: Provider): Promise<Endpoints> {
  const discovery = await readDiscovery(documents, provider)
  const methods = textsOf(discovery['token_endpoint_auth_methods_supported'] ?? [])
  return {
    authorization: urlIn(discovery, 'authorization_endpoint'),
    token: urlIn(discovery, 'token_endpoint'),
    takesSecretInForm: isAbsent(methods, 'client_secret_basic') && !isAbsent(methods, 'client_secret_post'),
  }
}

function isAbsent(methods: readonly string[] | undefined, method: string): boolean {
  return methods !== undefined && methods.length > 0 && !methods.includes(method)
}

function urlIn(discovery: Readonly<Record<string, unknown>>, name: string): URL {
  const text = discovery[name]
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url
  throw new ProviderFailure('unusable', `its discovery document has no ${name} that begins with https://`)
}
