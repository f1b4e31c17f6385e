import type { ContentCipher } from '../../../encryption/content-cipher.ts'
import type { SealRow } from '../../../metadata/tables/rows.ts'

/** Seals what one request writes; each stream of bytes under a key of its own. */
export interface ContentSealer {
  /** `chunkBytes`: how much is sealed at a time, where it is not the least. */
  newSeal(chunkBytes?: number): { readonly cipher: ContentCipher; readonly seal: SealRow }
}

/** Opens what an object's content was sealed with. */
export interface ContentOpener {
  cipherOf(seal: SealRow): Promise<ContentCipher>
}
