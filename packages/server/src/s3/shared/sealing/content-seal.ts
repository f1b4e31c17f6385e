import type { ContentCipher } from '../../../encryption/content-cipher.ts'
import type { SealRow } from '../../../metadata/tables/rows.ts'

/** Seals what one request writes; each stream of bytes under a key of its own. */
export interface ContentSealer {
  newSeal(stream?: SealedStream): { readonly cipher: ContentCipher; readonly seal: SealRow }
}

/** What is known of a stream of bytes before it is sealed. */
export interface SealedStream {
  /** How much is sealed at a time, where it is not the least. */
  readonly chunkBytes?: number | undefined
  /** The id that these bytes get, which no others ever have: the salt is made of it, and takes less room beside it. */
  readonly contentId?: string | undefined
}

/** Opens what an object's content was sealed with. */
export interface ContentOpener {
  cipherOf(seal: SealRow): Promise<ContentCipher>
}
