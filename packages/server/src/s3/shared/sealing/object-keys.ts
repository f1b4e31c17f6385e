import type { Principal } from '../../../access/principal.ts'
import type { Caller } from '../../../access/caller.ts'
import type { Random } from '../../../base/random.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import { assert } from '../../../base/assert.ts'
import type { BucketKeys } from '../../../encryption/bucket-keys.ts'
import { type ContentCipher, contentCipher } from '../../../encryption/content-cipher.ts'
import { type DataKey, newContentSalt, newSaltOf } from '../../../encryption/content-key.ts'
import type { KeyService } from '../../../encryption/key-service.ts'
import { CHUNK_BYTES } from '../../../encryption/sealed-size.ts'
import type { StoreKey, StoreKeys } from '../../../encryption/store-keys.ts'
import type { EncryptionRow, SealRow } from '../../../metadata/tables/rows.ts'
import type { ContentOpener, ContentSealer } from './content-seal.ts'

/** On whose behalf the key service is asked. */
export interface KeyCaller extends Caller {
  readonly principal: Exclude<Principal, { kind: 'anonymous' }>
  readonly accountId: string
  readonly conditions: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly viaService?: string | undefined
  readonly requestId?: string | undefined
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
export function sealerFor(keys: ObjectKeys, kind: Kind, dataKey: DataKey | undefined): Soon<ContentSealer> {
  const finding = !dataKey || kind === 'aws:kms:dsse' ? keys.storeKeys.current() : undefined
  return soon(finding, (storeKey) => ({
    newSeal({ chunkBytes = CHUNK_BYTES, contentId } = {}) {
      // A key that the store does not have to itself seals with salts of chance alone.
      const salt =
        dataKey || contentId === undefined
          ? newContentSalt(keys.random)
          : newSaltOf(Buffer.from(contentId, 'base64url'), keys.random)
      const storeKeyId = storeKey?.id
      const seal = {
        salt: salt.toString('base64'),
        ...(storeKeyId !== undefined && { storeKeyId }),
        ...(chunkBytes !== CHUNK_BYTES && { chunkBytes }),
      }
      return { cipher: cipherOf(salt, dataKey, storeKey, chunkBytes), seal }
    },
  }))
}

export function openerFor(keys: ObjectKeys, dataKey: DataKey | undefined): ContentOpener {
  return {
    async cipherOf(seal: SealRow) {
      const { chunkBytes } = seal
      if (seal.sealedKey !== undefined) {
        return contentCipher([openContentKey(seal.sealedKey, dataKey)], chunkBytes)
      }
      const { salt, storeKeyId } = seal
      const storeKey = storeKeyId === undefined ? undefined : await keys.storeKeys.find(storeKeyId)
      return cipherOf(Buffer.from(salt, 'base64'), dataKey, storeKey, chunkBytes)
    },
  }
}

/**
 * How bytes that `from` seals in one layer are opened with another data key: their content key stays, and is sealed
 * under that.
 */
export async function resealed(
  keys: ObjectKeys,
  seal: SealRow,
  from: DataKey | undefined,
  to: DataKey,
): Promise<SealRow> {
  const contentKey = await contentKeyOf(keys, seal, from)
  const sealedKey = to.sealContentKey(contentKey, keys.random).toString('base64')
  return { sealedKey, ...(seal.chunkBytes !== undefined && { chunkBytes: seal.chunkBytes }) }
}

async function contentKeyOf(keys: ObjectKeys, seal: SealRow, dataKey: DataKey | undefined): Promise<Buffer> {
  if (seal.sealedKey !== undefined) return openContentKey(seal.sealedKey, dataKey)
  const { salt, storeKeyId } = seal
  assert((dataKey === undefined) !== (storeKeyId === undefined), 'bytes in one layer have one key')
  const key = dataKey ?? (await keys.storeKeys.find(storeKeyId ?? '')).dataKey
  return key.contentKey(Buffer.from(salt, 'base64'))
}

function openContentKey(sealed: string, dataKey: DataKey | undefined): Buffer {
  assert(dataKey, 'sealed bytes have a key')
  return dataKey.openContentKey(Buffer.from(sealed, 'base64'))
}

function cipherOf(
  salt: Uint8Array,
  dataKey: DataKey | undefined,
  storeKey: StoreKey | undefined,
  chunkBytes: number | undefined,
): ContentCipher {
  if (!dataKey) {
    assert(storeKey, 'sealed bytes have a key')
    return contentCipher([storeKey.dataKey.contentKey(salt)], chunkBytes)
  }
  const inner = dataKey.contentKey(salt)
  return storeKey
    ? contentCipher([inner, storeKey.dataKey.contentKey(salt, 'outer')], chunkBytes)
    : contentCipher([inner], chunkBytes)
}
