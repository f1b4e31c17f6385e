import { isObject } from '../base/is-object.ts'
import { JsonFault, readJson } from '../base/read-json.ts'
import { KeySet } from './key-set.ts'
import { type ProviderDocuments, ProviderFailure, type ProviderTrust } from './provider-documents.ts'

/** A provider by its address, which is the issuer of its tokens, as it is spelt. */
export interface Provider extends ProviderTrust {
  readonly url: string
}

/**
 * The keys that a provider publishes now: its discovery document says where they are. Throws {@link ProviderFailure}.
 * Source: OpenID Connect Discovery 1.0, section 4.
 */
export async function publishedKeys(documents: ProviderDocuments, provider: Provider): Promise<KeySet> {
  return new KeySet(await readDocument(documents, await keySetUrl(documents, provider), provider))
}

/** Where a provider publishes its keys. Throws {@link ProviderFailure}. */
export async function keySetUrl(documents: ProviderDocuments, provider: Provider): Promise<URL> {
  const { jwks_uri: address } = await readDiscovery(documents, provider)
  const url = typeof address === 'string' ? URL.parse(address) : null
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url
  throw new ProviderFailure('unusable', 'its discovery document has no jwks_uri that begins with https://')
}

/** What a provider says of itself. Throws {@link ProviderFailure}. */
export async function readDiscovery(
  documents: ProviderDocuments,
  provider: Provider,
): Promise<Readonly<Record<string, unknown>>> {
  const discovery = await readDocument(documents, discoveryUrl(provider), provider)
  // Section 4.3: it "MUST be identical", or tokens of one provider would be those of another.
  if (isObject(discovery) && discovery['issuer'] === provider.url) return discovery
  throw new ProviderFailure('unusable', 'its discovery document is of another issuer')
}

/** Section 4.1: a slash at the end of the issuer is left out. */
function discoveryUrl({ url }: Provider): URL {
  return new URL(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`)
}

async function readDocument(documents: ProviderDocuments, url: URL, trust: ProviderTrust): Promise<unknown> {
  const bytes = await documents.read(url, trust)
  try {
    return readJson(bytes)
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    throw new ProviderFailure('unusable', `${url.pathname} is no JSON`, { cause })
  }
}
