import type { Form } from '../packed/forms.ts'
import type { GrowingBytes } from '../../base/growing-bytes.ts'
import {
  appendHead,
  canHaveHead,
  canHaveShortHead,
  headBytes,
  isDeleteMarker,
  isListed,
  isPartial,
  isSealed,
  ObjectHead,
  readHead,
  setPartial,
  setSealed,
  writeIntoHead,
} from './object-head.ts'
import { isStoreEncryption, objectMembers, objectMembersOf2 } from './packed-members.ts'
import type {
  ChecksumRow,
  EncryptionRow,
  ListedObjectRow,
  ListedVersionRow,
  ObjectRow,
  VersionRow,
} from './rows.ts'

/** The row of an object or a delete marker: a head of fixed places, then the members that have no place there. */
export const versionForm: Form<VersionRow> = {
  write: (value, target) => write(value as ObjectRow, 3, target),
  read,
}
/** The same, as a program reads it that knows format 2 alone. */
export const versionFormOf2: Form<VersionRow> = {
  write: (value, target) => write(value as ObjectRow, 2, target),
  read,
}

function write(row: ObjectRow, version: 2 | 3, target: GrowingBytes): boolean {
  if (!canHaveHead(row)) return false
  const start = target.end
  appendHead(row.order !== undefined, version === 3 && canHaveShortHead(row) ? 'short' : 'long', target)
  const members = version === 3 ? objectMembers : objectMembersOf2
  const values = row as unknown as Readonly<Record<string, unknown>>
  for (const name of Object.keys(values)) {
    const each = values[name]
    if (each === undefined) continue
    if (name === 'encryption' && version === 3 && isStoreEncryption(each)) {
      setSealed(target.buffer, start)
      continue
    }
    const isInHead = writeIntoHead(name, each, target.buffer, start)
    if (!isInHead && isListed(name)) setPartial(target.buffer, start)
    // The head tells the kind of a checksum, not its value.
    const rest: unknown = isInHead && name === 'checksum' ? row.checksum?.value : each
    if ((!isInHead || name === 'checksum') && !members.append(name, rest, target)) return false
  }
  return true
}

function read(bytes: Buffer, start: number, end: number): VersionRow {
  const row: ListedVersionRow & { encryption?: EncryptionRow } = readHead(bytes, start)
  const kind = row.isDeleteMarker ? undefined : row.checksum
  if (isSealed(bytes, start)) row.encryption = { kind: 'AES256' }
  objectMembers.readInto(row, bytes, start + headBytes(bytes, start), end)
  return withChecksum(row, kind)
}

/** As much of a row as a listing tells, which the head does most often. */
export const listedVersionForm: Form<ListedVersionRow> = {
  ...versionForm,
  read(bytes, start, end) {
    if (isPartial(bytes, start)) return versionForm.read(bytes, start, end)
    return isDeleteMarker(bytes, start) ? readHead(bytes, start) : new ObjectHead(bytes, start)
  },
}

/** Where no delete markers are. */
export const objectForm = versionForm as Form<ObjectRow>
export const objectFormOf2 = versionFormOf2 as Form<ObjectRow>
export const listedObjectForm = listedVersionForm as Form<ListedObjectRow>

/** The kind stands in the head, the value among the members; or all of it does. */
function withChecksum(row: object, kind: Omit<ChecksumRow, 'value'> | undefined): VersionRow {
  const read = row as { checksum?: ChecksumRow | string | undefined }
  if (kind) {
    if (typeof read.checksum !== 'string') throw new TypeError('a checksum has no value')
    read.checksum = { ...kind, value: read.checksum }
  } else if (typeof read.checksum === 'string') throw new TypeError('a checksum has no kind')
  return row as VersionRow
}
