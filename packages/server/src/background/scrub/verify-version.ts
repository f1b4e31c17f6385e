import { type ChecksumAlgorithm, createChecksum } from '../../base/checksums.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { KeyServiceFault } from '../../encryption/key-service-fault.ts'
import type { ListedPart, ObjectRow } from '../../metadata/tables/rows.ts'
import { UnreadableRow } from '../../metadata/unreadable-row.ts'
import { partsFrom, type Readable } from '../../s3/shared/content/read-content.ts'
import { openContent } from '../../s3/shared/content/open-content.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { ownKeyOf } from '../../s3/shared/sealing/object-key.ts'
import { openerFor } from '../../s3/shared/sealing/object-keys.ts'

/** What came of looking at the bytes of one object version. */
export type Verdict =
  /** All bytes are those that the checksum is of. */
  | { readonly kind: 'sound' }
  /** Sealed with a key that only requests bring along: not looked at. */
  | { readonly kind: 'sealed' }
  /** Replaced or deleted while it was looked at. */
  | { readonly kind: 'gone' }
  /** On a disk that is not there now: not looked at. */
  | { readonly kind: 'away' }
  /** `mayReturn`: a lost key may be found again, a disk may answer again. */
  | { readonly kind: 'damaged'; readonly reason: string; readonly mayReturn?: true | undefined }

/** Told of every stretch of bytes that was read; may make the reader wait. */
export type BytesRead = (bytes: number) => Promise<void>

const MD5_ETAG = /^[0-9a-f]{32}$/

/** What it means that an object's bytes could not be read; throws what says nothing of the object. */
export function verdictOfFault(fault: unknown): Verdict {
  if (fault instanceof KeyServiceFault && fault.kind === 'refused') {
    return { kind: 'damaged', reason: fault.message, mayReturn: true }
  }
  if (!(fault instanceof StorageFault) || fault.kind === 'full') throw fault
  if (fault.kind === 'away') return { kind: 'away' }
  const isOfKey = fault instanceof UnreadableRow && fault.tableName === 'storeKeys'
  const mayReturn = isOfKey || fault.kind === 'unavailable' || undefined
  return { kind: 'damaged', reason: fault.message, mayReturn }
}

/** What of an object version, or of an annotation of one, can be held against its checksum. */
export type Verifiable = Pick<ObjectRow, 'content' | 'sizeBytes' | 'etag' | 'checksum' | 'encryption'>

/** Reads an object version whole and holds it against its checksum. Faults of what it reads are thrown. */
export async function verifyVersion(
  service: S3Service,
  row: Verifiable,
  bytesRead: BytesRead,
  signal: AbortSignal,
): Promise<Verdict> {
  const kind = row.encryption?.kind ?? 'AES256'
  if (kind !== 'AES256') return { kind: 'sealed' }
  const digests = new Digests(await expectations(service, row))
  const opener = openerFor(service.encryption, await ownKeyOf(service.encryption, row.encryption))
  const readable: Readable = { content: row.content, sizeBytes: row.sizeBytes, opener }
  const bytes = await openContent(service, readable, { start: 0, end: row.sizeBytes }, { signal })
  if (!bytes) return { kind: 'gone' }
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
    digests.update(chunk)
    await bytesRead(chunk.length)
  }
  const reason = digests.mismatch(row.sizeBytes)
  return reason === undefined ? { kind: 'sound' } : { kind: 'damaged', reason }
}

/** A digest that some bytes of the object should have. */
interface Expectation {
  readonly what: string
  readonly algorithm: ChecksumAlgorithm | 'MD5'
  readonly value: string
  readonly endByte: number
}

/** One digest of the whole where there is one, else those of the parts, in their order. */
async function expectations(service: S3Service, row: Verifiable): Promise<Expectation[]> {
  const { checksum, content, etag, sizeBytes } = row
  if (checksum?.type === 'FULL_OBJECT') {
    const algorithm = checksum.algorithm as ChecksumAlgorithm
    return [{ what: 'the object', algorithm, value: checksum.value, endByte: sizeBytes }]
  }
  if (content.kind !== 'parts' || !checksum) {
    if (!MD5_ETAG.test(etag)) return []
    const value = Buffer.from(etag, 'hex').toString('base64')
    return [{ what: 'the object', algorithm: 'MD5', value, endByte: sizeBytes }]
  }
  const found: Expectation[] = []
  for await (const part of partsFrom(service.stores, content.id, 0)) {
    found.push(...expectationOf(part, checksum.algorithm as ChecksumAlgorithm))
  }
  return found
}

function expectationOf(part: ListedPart, algorithm: ChecksumAlgorithm): Expectation[] {
  if (part.checksum === undefined) return []
  const endByte = part.startByte + part.sizeBytes
  return [{ what: `part ${part.partNumber}`, algorithm, value: part.checksum, endByte }]
}

/** Digests bytes as they come against expectations that follow on each other. */
class Digests {
  readonly #expected: readonly Expectation[]
  #index = 0
  #digest: ReturnType<typeof createChecksum> | undefined
  #position = 0
  #mismatch: string | undefined

  constructor(expected: readonly Expectation[]) {
    this.#expected = expected
  }

  update(chunk: Uint8Array): void {
    let rest = chunk
    while (rest.length > 0) {
      const expectation = this.#expected[this.#index]
      const take = expectation ? Math.min(rest.length, expectation.endByte - this.#position) : rest.length
      if (expectation) this.#digestOf(expectation).update(rest.subarray(0, take))
      this.#position += take
      rest = rest.subarray(take)
      if (expectation && this.#position >= expectation.endByte) this.#finish(expectation)
    }
  }

  mismatch(sizeBytes: number): string | undefined {
    // An object without bytes has had none to finish with.
    const open = this.#expected[this.#index]
    if (open && this.#position === open.endByte) this.#finish(open)
    if (this.#position !== sizeBytes) return `there are ${this.#position} bytes, not ${sizeBytes}`
    return this.#mismatch
  }

  #digestOf({ algorithm }: Expectation): ReturnType<typeof createChecksum> {
    return (this.#digest ??= createChecksum(algorithm))
  }

  #finish(expectation: Expectation): void {
    const value = Buffer.from(this.#digestOf(expectation).digest()).toString('base64')
    if (value !== expectation.value) {
      this.#mismatch ??= `the ${expectation.algorithm} of ${expectation.what} is another than when it was stored`
    }
    this.#digest = undefined
    this.#index++
  }
}
