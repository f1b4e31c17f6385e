import { assert } from '../../../base/assert.ts'
import { checksumOf, type ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { StreamDigests } from '../../../base/digest-threads.ts'
import type { Content, SealRow, SingleContent } from '../../../metadata/tables/rows.ts'
import { bestChunkBytes } from '../../../encryption/sealed-size.ts'
import type { RequestBody } from '../../../model/body.ts'
import type { ClaimedDigests } from '../../../model/upload-checksum.ts'
import { verifyDigests } from '../../../model/verify-digests.ts'
import { writtenVersion } from '../../../metadata/written-version.ts'
import type { S3Service } from '../service/service.ts'
import type { ContentSealer } from '../sealing/content-seal.ts'
import { type Placed, placementOf } from './placement.ts'
import { compressed } from './compress.ts'
import type { Cancellable } from './cancellable.ts'
import type { LooseContent } from './link-content.ts'
import { inlinePieces } from './inline-bytes.ts'
import { measureBody } from './measure-body.ts'

/** Objects and parts up to this size live in the metadata store, in the commit of their row (ADR 0003). */
export const INLINE_LIMIT_BYTES = 32 * 1024

const EMPTY = Buffer.alloc(0)

/** Bytes that are durable, or travel with the commit, and what was computed of them on the way. */
export interface StoredContent<Kind extends Content = SingleContent> extends LooseContent<Kind> {
  readonly sizeBytes: number
  readonly md5: Buffer
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: Buffer }
}

interface Digests {
  readonly sizeBytes: number
  readonly md5: Buffer
  /** The one to keep. */
  readonly checksum: Buffer
  /** The one the client claims; the same unless it chose another algorithm. */
  readonly claimed: Buffer
}

/**
 * Takes in an upload's bytes, verifying all that the client claimed of them. Throws BadDigest, or what the body itself
 * throws, with nothing stored. `algorithm` is computed and kept whether or not the client sent a value for it; all
 * digests are of the bytes as they came, before they are sealed.
 */
export async function storeContent(
  service: S3Service,
  given: RequestBody | undefined,
  claims: ClaimedDigests,
  algorithm: ChecksumAlgorithm,
  client: Cancellable,
  sealer: ContentSealer,
  placed: Placed = {},
): Promise<StoredContent> {
  const isUnmeasured = given !== undefined && given.sizeBytes === undefined
  const body = isUnmeasured ? await measureBody(given, INLINE_LIMIT_BYTES) : given
  const sizeBytes = body ? (body.sizeBytes ?? Infinity) : 0
  if (!body || sizeBytes <= INLINE_LIMIT_BYTES) {
    const bytes = body ? await (body.whole?.() ?? collect(body, sizeBytes)) : EMPTY
    const digests = digestsOf(bytes, algorithm, claims)
    verify(digests, algorithm, claims, body?.trailers ?? {})
    return { ...loose(service, bytes, sealer), ...stored(digests, algorithm) }
  }
  let digests: Digests | undefined
  const algorithms = [
    'MD5',
    algorithm,
    ...(isOther(claims, algorithm) ? [claims.checksum.algorithm] : []),
  ] as const
  const start = () => service.digests.start(algorithms, sizeBytes)
  const source = digesting(body, start, (result) => {
    verify(result, algorithm, claims, body.trailers)
    digests = result
  })
  const { compression, place } = placementOf(service.settings, placed)
  let compressedBytes: number | undefined
  const kept = compression ? compressed(source, (sizeBytes) => (compressedBytes = sizeBytes)) : source
  const keptBytes = compression ? undefined : body.sizeBytes
  const { cipher, seal } = sealer.newSeal({ chunkBytes: chunkBytesOf(service, keptBytes) })
  const { id } = await service.stores.blobs.write(cipher.encrypt(kept, keptBytes), client.signal, place)
  assert(digests, 'a blob was written before its source ended')
  return { content: { kind: 'blob', id, seal, compressedBytes }, ...stored(digests, algorithm) }
}

/** An older version that shares the store knows but one size of chunks. */
function chunkBytesOf({ stores }: S3Service, plainBytes: number | undefined): number | undefined {
  return writtenVersion(stores.metadata) === 1 ? undefined : bestChunkBytes(plainBytes)
}

function stored({ sizeBytes, md5, checksum }: Digests, algorithm: ChecksumAlgorithm) {
  return { sizeBytes, md5, checksum: { algorithm, value: checksum } }
}

function loose(service: S3Service, bytes: Uint8Array, sealer: ContentSealer): LooseContent {
  if (bytes.length === 0) return { content: { kind: 'empty' } }
  const contentId = newInlineId(service)
  // Only what version 3 packs gains by a salt that is made of it.
  const isShort = writtenVersion(service.stores.metadata) === 3
  const { cipher, seal } = sealer.newSeal(isShort ? { contentId } : {})
  return inlineContent(service, contentId, cipher.sealWhole(bytes), seal)
}

/** By the length of an id it is known where its bytes may lie (inline-bytes.ts). */
function newInlineId({ stores, random, contentIds }: InlineService): string {
  return writtenVersion(stores.metadata) === 1 ? random.bytes(12).toString('base64url') : contentIds.next()
}

type InlineService = Pick<S3Service, 'stores' | 'random' | 'contentIds'>

/** Inline content of bytes as they are kept. */
export function looseInline(
  service: InlineService,
  inline: Uint8Array,
  seal: SealRow | undefined,
): LooseContent {
  return inlineContent(service, newInlineId(service), inline, seal)
}

function inlineContent(
  { stores }: InlineService,
  id: string,
  inline: Uint8Array,
  seal: SealRow | undefined,
): LooseContent {
  const pieces = writtenVersion(stores.metadata) === 1 ? 1 : inlinePieces(inline)
  return { content: { kind: 'inline', id, seal, ...(pieces > 1 && { pieces }) }, inline }
}

/**
 * Passes the bytes on and digests them: MD5, the checksum to keep and, third, one that the client claims instead. Started
 * only when the bytes are asked for, since only then is there an end at which it is let go of.
 */
async function* digesting(
  { bytes }: RequestBody,
  start: () => StreamDigests,
  done: (digests: Digests) => void,
): AsyncGenerator<Uint8Array> {
  const stream = start()
  try {
    let sizeBytes = 0
    for await (const chunk of bytes) {
      sizeBytes += chunk.length
      const taken = stream.update(chunk)
      if (taken) await taken
      yield chunk
    }
    const [md5, checksum, claimed = checksum] = await stream.finish()
    assert(md5 && checksum && claimed, 'each algorithm has a digest')
    done({ sizeBytes, md5, checksum, claimed })
  } finally {
    stream.cancel()
  }
}

async function collect(body: RequestBody, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes)
  let position = 0
  for await (const chunk of body.bytes) {
    bytes.set(chunk, position)
    position += chunk.length
  }
  return bytes
}

function digestsOf(bytes: Uint8Array, algorithm: ChecksumAlgorithm, claims: ClaimedDigests): Digests {
  const checksum = checksumOf(algorithm, bytes)
  const claimed = isOther(claims, algorithm) ? checksumOf(claims.checksum.algorithm, bytes) : checksum
  return { sizeBytes: bytes.length, md5: checksumOf('MD5', bytes), checksum, claimed }
}

type OtherChecksum = { readonly checksum: { readonly algorithm: ChecksumAlgorithm } }

function isOther(
  claims: ClaimedDigests,
  algorithm: ChecksumAlgorithm,
): claims is ClaimedDigests & OtherChecksum {
  return claims.checksum !== undefined && claims.checksum.algorithm !== algorithm
}

function verify(
  { md5, claimed }: Digests,
  algorithm: ChecksumAlgorithm,
  claims: ClaimedDigests,
  trailers: Readonly<Record<string, string>>,
): void {
  verifyDigests(claims, trailers, {
    md5,
    checksum: { algorithm: claims.checksum?.algorithm ?? algorithm, value: claimed },
  })
}
