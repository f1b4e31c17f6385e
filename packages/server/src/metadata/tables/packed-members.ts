import type { GrowingBytes } from '../../base/growing-bytes.ts'
import { base64, base64url, flag, type Form, hex, json, oneOf, text, whole } from '../packed/forms.ts'
import { type Members, record } from '../packed/record.ts'
import type { RetentionRow } from './object-lock-rows.ts'
import type {
  ChecksumRow,
  Content,
  EncryptionRow,
  ObjectRow,
  RestoreRow,
  SealRow,
  VersionHeadRow,
} from './rows.ts'

// The numbers are on disk: docs/format.md lists them. New members get new ones.

const seal = record<SealRow>({
  salt: [[1, base64]],
  storeKeyId: [[2, hex]],
  sealedKey: [[3, base64]],
  chunkBytes: [[4, whole]],
})

const content = record<Content>({
  kind: [[1, oneOf('empty', 'inline', 'blob', 'parts')]],
  id: [
    [2, hex],
    [3, base64url],
  ],
  seal: [[4, seal]],
  pieces: [[5, whole]],
  compressedBytes: [[6, whole]],
  partCount: [[7, whole]],
})

const SALT_BYTES = 32
const SEAL_BYTES = SALT_BYTES + 8

type InlineContent = Extract<Content, { kind: 'inline' }>

const CONTENT_NAMES: readonly string[] = ['kind', 'id', 'seal'] satisfies (keyof InlineContent)[]
const SEAL_NAMES: readonly string[] = ['salt', 'storeKeyId']
const ENCRYPTION_NAMES: readonly string[] = ['kind']

function hasOnly(names: readonly string[], value: object): boolean {
  const values = value as Readonly<Record<string, unknown>>
  for (const name of Object.keys(value)) if (values[name] !== undefined && !names.includes(name)) return false
  return true
}

interface UsualContent {
  readonly id: string
  readonly seal: { readonly salt?: string; readonly storeKeyId?: string }
}

/** Content that has a seal with a salt and a store key, an id, and nothing else to tell; `undefined` for other content. */
function asUsual(kind: 'inline' | 'blob', value: unknown): UsualContent | undefined {
  const { kind: itsKind, seal: itsSeal } = value as InlineContent
  if (itsKind !== kind || !itsSeal) return undefined
  const isUsual = hasOnly(CONTENT_NAMES, value as InlineContent) && hasOnly(SEAL_NAMES, itsSeal)
  return isUsual ? (value as UsualContent) : undefined
}

/** As most content was in version 2, and that of blobs is: the salt, the store key's id and the content's own. */
function sealedAs(kind: 'inline' | 'blob'): Form<Content> {
  return {
    write(value, target) {
      const usual = asUsual(kind, value)
      return usual !== undefined && writeSeal(usual, target) && hex.write(usual.id, target)
    },
    read(bytes, start, end) {
      const idStart = start + SEAL_BYTES
      if (end < idStart) throw new RangeError('no content')
      return { kind, id: hex.read(bytes, idStart, end), seal: readSeal(bytes, start) }
    },
  }
}

function writeSeal({ seal: { salt, storeKeyId } }: UsualContent, target: GrowingBytes): boolean {
  const start = target.end
  if (!base64.write(salt, target) || target.end !== start + SALT_BYTES) return false
  return hex.write(storeKeyId, target) && target.end === start + SEAL_BYTES
}

function readSeal(bytes: Buffer, start: number): SealRow {
  const salt = base64.read(bytes, start, start + SALT_BYTES)
  return { salt, storeKeyId: hex.read(bytes, start + SALT_BYTES, start + SEAL_BYTES) }
}

const ID_BYTES = 11
const CHANCE_BYTES = 8
const CHANCE_END = ID_BYTES + CHANCE_BYTES
const SHORT_BYTES = CHANCE_BYTES + SEAL_BYTES - SALT_BYTES + ID_BYTES

/**
 * Inline content with an id of today. A salt that begins with it, and ends in zeros, is told by what is between them: so
 * salts are made (encryption/content-key.ts). Any other, as of bytes that came from elsewhere with their seal, is there in full.
 */
const sealedInline: Form<Content> = {
  write(value, target) {
    const usual = asUsual('inline', value)
    const start = target.end
    if (!usual || !writeSeal(usual, target) || !base64url.write(usual.id, target)) return false
    if (target.end !== start + SEAL_BYTES + ID_BYTES) return false
    const { buffer } = target
    const idStart = start + SEAL_BYTES
    for (let at = 0; at < ID_BYTES; at++) if (buffer[start + at] !== buffer[idStart + at]) return true
    for (let at = CHANCE_END; at < SALT_BYTES; at++) if (buffer[start + at] !== 0) return true
    buffer.copyWithin(start, start + ID_BYTES, start + CHANCE_END)
    buffer.copyWithin(start + CHANCE_BYTES, start + SALT_BYTES, target.end)
    target.end = start + SHORT_BYTES
    return true
  },
  read(bytes, start, end) {
    const sizeBytes = end - start
    const id = base64url.read(bytes, end - ID_BYTES, end)
    if (sizeBytes === SEAL_BYTES + ID_BYTES) return { kind: 'inline', id, seal: readSeal(bytes, start) }
    if (sizeBytes !== SHORT_BYTES) throw new RangeError('no content')
    bytes.copy(wholeSeal, 0, end - ID_BYTES, end)
    bytes.copy(wholeSeal, ID_BYTES, start, start + CHANCE_BYTES)
    bytes.copy(wholeSeal, SALT_BYTES, start + CHANCE_BYTES, end - ID_BYTES)
    return { kind: 'inline', id, seal: readSeal(wholeSeal, 0) }
  },
}

/** A seal is put together here, and read at once. */
const wholeSeal = Buffer.alloc(SEAL_BYTES)

const objectKey = record<{ readonly sealed: string; readonly storeKeyId?: string }>({
  sealed: [[1, base64]],
  storeKeyId: [[2, hex]],
})

const encryption = record<EncryptionRow>({
  kind: [[1, oneOf('AES256', 'aws:kms', 'aws:kms:dsse', 'customer')]],
  keyArn: [[2, text]],
  sealedKey: [[3, base64]],
  context: [[4, json]],
  bucketKey: [[5, flag]],
  objectKey: [[6, objectKey]],
  salt: [[7, base64]],
  verifier: [[8, base64]],
})

/** Nothing but the kind, as most encryption is. */
export function isStoreEncryption(value: unknown): boolean {
  const encryption = value as EncryptionRow
  return encryption.kind === 'AES256' && hasOnly(ENCRYPTION_NAMES, encryption)
}

/** In no bytes; version 3 has it in the head. */
const storeEncryption: Form<EncryptionRow> = {
  write: isStoreEncryption,
  read: () => ({ kind: 'AES256' }),
}

const restore = record<RestoreRow>({
  readyMilliseconds: [[1, whole]],
  untilMilliseconds: [[2, whole]],
})

const retention = record<RetentionRow>({
  mode: [[1, oneOf('GOVERNANCE', 'COMPLIANCE')]],
  untilMilliseconds: [[2, whole]],
  eventHold: [[3, json]],
})

type InHead = 'order' | 'isNull' | 'sizeBytes' | 'modifiedMilliseconds'

/** What the head does not tell of an object, or cannot. Of a checksum that it tells of it is the value alone. */
type ObjectMembers = Omit<ObjectRow, InHead | 'checksum'> & {
  readonly checksum?: ChecksumRow | string | undefined
}

const membersOf2: Members<ObjectMembers> = {
  content: [
    [24, sealedAs('inline')],
    [25, sealedAs('blob')],
    [1, content],
  ],
  encryption: [
    [26, storeEncryption],
    [2, encryption],
  ],
  checksum: [[3, base64]],
  contentType: [[4, text]],
  metadata: [[5, json]],
  cacheControl: [[6, text]],
  contentDisposition: [[7, text]],
  contentEncoding: [[8, text]],
  contentLanguage: [[9, text]],
  expires: [[10, text]],
  websiteRedirectLocation: [[11, text]],
  acl: [[12, json]],
  tags: [[13, json]],
  retention: [[14, retention]],
  legalHold: [[15, json]],
  accessTier: [
    [16, oneOf('INFREQUENT_ACCESS', 'ARCHIVE_INSTANT_ACCESS', 'ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS')],
  ],
  accessedMilliseconds: [[17, whole]],
  restore: [[18, restore]],
  versionId: [[19, text]],
  etag: [[20, text]],
  ownerAccountId: [
    [21, hex],
    [22, text],
  ],
  storageClass: [[23, text]],
  replication: [[27, oneOf('PENDING', 'COMPLETED', 'FAILED', 'REPLICA')]],
  isReplica: [[28, flag]],
  annotations: [[29, base64url]],
  elsewhere: [[30, json]],
  traitChanges: [[33, json]],
}

/** As rows of format 2 are written. */
export const objectMembersOf2 = record(membersOf2)

/** Types that many objects have; new ones go to the end. */
const usualType = oneOf(
  'application/octet-stream',
  'binary/octet-stream',
  'text/plain',
  'text/html',
  'text/css',
  'text/csv',
  'text/plain; charset=utf-8',
  'text/html; charset=utf-8',
  'application/json',
  'application/xml',
  'application/pdf',
  'application/zip',
  'application/gzip',
  'application/x-gzip',
  'application/javascript',
  'text/javascript',
  'application/x-www-form-urlencoded',
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/svg+xml',
  'video/mp4',
  'audio/mpeg',
  'application/vnd.apache.parquet',
)

export const objectMembers = record<ObjectMembers>({
  ...membersOf2,
  content: [[31, sealedInline], ...membersOf2.content],
  contentType: [[32, usualType], ...membersOf2.contentType],
})

/** All of a version head. */
export const versionHeadMembers = record<VersionHeadRow>({
  latestOrder: [[1, hex]],
  nullOrder: [[2, hex]],
})
