import { base64, base64url, flag, type Form, hex, json, oneOf, text, whole } from '../packed/forms.ts'
import { record } from '../packed/record.ts'
import type {
  ChecksumRow,
  Content,
  EncryptionRow,
  ObjectRow,
  RestoreRow,
  RetentionRow,
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

/** As most content is: a salt, a store key's id and the content's own, and nothing else to tell. */
function sealedAs(kind: 'inline' | 'blob'): Form<Content> {
  return {
    write(value, target) {
      const { kind: itsKind, id, seal: itsSeal } = value as InlineContent
      if (itsKind !== kind || !itsSeal) return false
      if (!hasOnly(CONTENT_NAMES, value as InlineContent) || !hasOnly(SEAL_NAMES, itsSeal)) return false
      const { salt, storeKeyId } = itsSeal as { readonly salt?: string; readonly storeKeyId?: string }
      const start = target.end
      if (!base64.write(salt, target) || target.end !== start + SALT_BYTES) return false
      return hex.write(storeKeyId, target) && target.end === start + SEAL_BYTES && hex.write(id, target)
    },
    read(bytes, start, end) {
      const idStart = start + SEAL_BYTES
      if (end < idStart) throw new RangeError('no content')
      const salt = base64.read(bytes, start, start + SALT_BYTES)
      const storeKeyId = hex.read(bytes, start + SALT_BYTES, idStart)
      return { kind, id: hex.read(bytes, idStart, end), seal: { salt, storeKeyId } }
    },
  }
}

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

/** Nothing but the kind, as most encryption is: no bytes. */
const storeEncryption: Form<EncryptionRow> = {
  write(value) {
    const encryption = value as EncryptionRow
    return encryption.kind === 'AES256' && hasOnly(ENCRYPTION_NAMES, encryption)
  },
  read: () => ({ kind: 'AES256' }),
}

const restore = record<RestoreRow>({
  readyMilliseconds: [[1, whole]],
  untilMilliseconds: [[2, whole]],
})

const retention = record<RetentionRow>({
  mode: [[1, oneOf('GOVERNANCE', 'COMPLIANCE')]],
  untilMilliseconds: [[2, whole]],
})

type InHead = 'order' | 'isNull' | 'sizeBytes' | 'modifiedMilliseconds'

/** What the head does not tell of an object, or cannot. Of a checksum that it tells of it is the value alone. */
type ObjectMembers = Omit<ObjectRow, InHead | 'checksum'> & {
  readonly checksum?: ChecksumRow | string | undefined
}

export const objectMembers = record<ObjectMembers>({
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
})

/** All of a version head. */
export const versionHeadMembers = record<VersionHeadRow>({
  latestOrder: [[1, hex]],
  nullOrder: [[2, hex]],
})
