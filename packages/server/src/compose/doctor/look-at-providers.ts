import { ProviderFailure } from '../../federation/provider-documents.ts'
import { publishedKeys } from '../../federation/published-keys.ts'
import { HttpsDocuments } from '../../http/https-documents.ts'
import { HTTPS, oidcProviderArn } from '../../identities/oidc-provider-arn.ts'
import { iamOidcProviders } from '../../metadata/tables/iam-tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import type { OpenedStore } from './look-at-store.ts'
import type { Patient, Say } from './patient.ts'

/** Whether the keys of identity providers that accounts trust can be read. */
export async function lookAtProviders(
  { config }: Patient,
  { metadata }: OpenedStore,
  say: Say,
): Promise<void> {
  const documents = new HttpsDocuments()
  for await (const { parts, row } of readableRows(metadata, iamOidcProviders)) {
    const [accountId, address] = parts
    const url = HTTPS + address
    const mayBePrivate = config.privateIdentityProviders.includes(url)
    try {
      await publishedKeys(documents, { url, mayBePrivate, thumbprints: row.thumbprints })
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      const arn = oidcProviderArn(accountId, address)
      say(
        'wrong',
        `The keys of ${arn} cannot be read: ${error.message}. Its tokens let nobody in until they can.`,
      )
    }
  }
}
