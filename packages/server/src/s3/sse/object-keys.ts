import type { Principal } from '../../access/principal.ts'
import type { Policy } from '../../access/policy/policy.ts'
import type { Random } from '../../base/random.ts'
import { assert } from '../../base/assert.ts'
import type { BucketKeys } from '../../encryption/bucket-keys.ts'
import { contentCipher } from '../../encryption/content-cipher.ts'
import { type DataKey, newContentSalt } from '../../encryption/content-key.ts'
import type { KeyService } from '../../encryption/key-service.ts'
import type { StoreKey, StoreKeys } from '../../encryption/store-keys.ts'
import type { EncryptionRow, SealRow } from '../../metadata/tables/rows.ts'
import type { ContentOpener, ContentSealer } from './content-seal.ts'

/** On whose behalf the key service is asked. */
export interface KeyCaller {
  readonly principal: Exclude<Principal, { kind: 'anonymous' }>
  readonly accountId: string
  readonly identityPolicies: readonly Policy[]
  readonly conditions: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly viaService?: string | undefined
}

/** Everything that encryption of objects needs of a server. */
export interface ObjectKeys {
  readonly storeKeys: StoreKeys
  readonly keyService: KeyService<KeyCaller>
  readonly bucketKeys: BucketKeys<KeyCaller>
  readonly random: Random
  /** When uploads and reads with keys of the key service or of the client must come over TLS. */
  readonly requireTls: boolean | 'exceptLoopback'
}

type Kind = EncryptionRow['kind']

/** Seals with a data key, the store's, or both: dual-layer encryption has the store's key around the other. */
export async function sealerFor(
  keys: ObjectKeys,
  kind: Kind,
  dataKey: DataKey | undefined,
): Promise<ContentSealer> {
  const storeKey = kind === 'AES256' || kind === 'aws:kms:dsse' ? await keys.storeKeys.current() : undefined
  return {
    newSeal() {
      const salt = newContentSalt(keys.random)
      const storeKeyId = storeKey?.id
      const seal = { salt: salt.toString('base64'), ...(storeKeyId !== undefined && { storeKeyId }) }
      return { cipher: cipherOf(salt, dataKey, storeKey), seal }
    },
  }
}

export function openerFor(keys: ObjectKeys, dataKey: DataKey | undefined): ContentOpener {
  return {
    async cipherOf({ salt, storeKeyId }: SealRow) {
      const storeKey = storeKeyId === undefined ? undefined : await keys.storeKeys.find(storeKeyId)
      return cipherOf(Buffer.from(salt, 'base64'), dataKey, storeKey)
    },
  }
}

function cipherOf(salt: Uint8Array, dataKey: DataKey | undefined, storeKey: StoreKey | undefined) {
  if (!dataKey) {
    assert(storeKey, 'sealed bytes have a key')
    return contentCipher([storeKey.dataKey.contentKey(salt)])
  }
  const inner = dataKey.contentKey(salt)
  return storeKey
    ? contentCipher([inner, storeKey.dataKey.contentKey(salt, 'outer')])
    : contentCipher([inner])
}
