import type { Form } from '../packed/forms.ts'
import {
  appendHead,
  canHaveHead,
  headBytes,
  isDeleteMarker,
  isListed,
  isPartial,
  ObjectHead,
  readHead,
  setPartial,
  writeIntoHead,
} from './object-head.ts'
import { objectMembers } from './packed-members.ts'
import type { ChecksumRow, ListedObjectRow, ListedVersionRow, ObjectRow, VersionRow } from './rows.ts'

/** The row of an object or a delete marker: a head of fixed places, then the members that have no place there. */
export const versionForm: Form<VersionRow> = {
  write(value, target) {
    const row = value as ObjectRow
    if (!canHaveHead(row)) return false
    const start = target.end
    appendHead(row.order !== undefined, target)
    const values = value as Readonly<Record<string, unknown>>
    for (const name of Object.keys(values)) {
      const each = values[name]
      if (each === undefined) continue
      const isInHead = writeIntoHead(name, each, target.buffer, start)
      if (!isInHead && isListed(name)) setPartial(target.buffer, start)
      // The head tells the kind of a checksum, not its value.
      const rest: unknown = isInHead && name === 'checksum' ? row.checksum?.value : each
      if ((!isInHead || name === 'checksum') && !objectMembers.append(name, rest, target)) return false
    }
    return true
  },
  read(bytes, start, end) {
    const row = readHead(bytes, start)
    const kind = row.isDeleteMarker ? undefined : row.checksum
    objectMembers.readInto(row, bytes, start + headBytes(bytes, start), end)
    return withChecksum(row, kind)
  },
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
