import { isWhole } from '../packed/forms.ts'
import type { GrowingBytes } from '../../base/growing-bytes.ts'
import type { ChecksumRow, ListedObjectRow, ListedVersionRow, ObjectRow } from './rows.ts'

/*
 * What stands at fixed places at the beginning of the row of an object or delete marker, so that a listing reads nothing
 * else. docs/format.md has the table of it.
 */
const FLAGS = 0
const STORAGE_CLASS = 1
const CHECKSUM = 2
const MODIFIED = 3
const SIZE = 9

/** Where the rest stands, and in how many bytes. */
interface Places {
  readonly sizeBytes: number
  readonly etag: number
  /** As many bytes as `etagEnd` leaves before the owner tell the number of parts. */
  readonly etagEnd: number
  readonly owner: number
  readonly ownerBytes: number
  readonly order: number
  readonly end: number
}

const LONG: Places = { sizeBytes: 6, etag: 15, etagEnd: 31, owner: 33, ownerBytes: 6, order: 39, end: 55 }
/** Of what is less than 16 MiB and has a plain ETag, or neither; version 3 of the format has it. */
const SHORT: Places = { sizeBytes: 3, etag: 12, etagEnd: 28, owner: 28, ownerBytes: 5, order: 33, end: 49 }

const IS_DELETE_MARKER = 1
const IS_NULL = 2
const HAS_ORDER = 4
const IS_PARTIAL = 8
const IS_SHORT = 16
const IS_SEALED = 32
const ALL_FLAGS = 63

const NUMBER_BYTES = 6
const LARGEST_SHORT = 2 ** 48 - 1
const LARGEST_SHORT_SIZE = 2 ** 24 - 1
const PLAIN_ETAG_DIGITS = 32
const LARGEST_PART_COUNT = 2 ** 16 - 1

/** By their codes: new ones go to the end. */
const STORAGE_CLASSES = [
  undefined,
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
  'SNOW',
  'EXPRESS_ONEZONE',
  'FSX_OPENZFS',
  'FSX_ONTAP',
]
type ListedChecksum = Pick<ChecksumRow, 'algorithm' | 'type'>
const CHECKSUMS: readonly (ListedChecksum | undefined)[] = [
  undefined,
  ...[
    'CRC32',
    'CRC32C',
    'CRC64NVME',
    'MD5',
    'SHA1',
    'SHA256',
    'SHA512',
    'XXHASH64',
    'XXHASH3',
    'XXHASH128',
  ].flatMap((algorithm): ListedChecksum[] => [
    { algorithm, type: 'FULL_OBJECT' },
    { algorithm, type: 'COMPOSITE' },
  ]),
]

/** Whether a row has what every head tells, and nothing that only the other kind of head has. */
export function canHaveHead(row: Partial<ObjectRow> & { readonly isDeleteMarker?: true }): boolean {
  const { isDeleteMarker, modifiedMilliseconds, ownerAccountId, sizeBytes, etag, storageClass, checksum } =
    row
  if (!isShort(modifiedMilliseconds) || typeof ownerAccountId !== 'string') return false
  if (!isDeleteMarker) return isShort(sizeBytes) && typeof etag === 'string'
  return [sizeBytes, etag, storageClass, checksum].every((value) => value === undefined)
}

/** Whether a row that can have a head can have a short one. */
export function canHaveShortHead({ sizeBytes = 0, etag }: Partial<ObjectRow>): boolean {
  return sizeBytes <= LARGEST_SHORT_SIZE && (etag === undefined || etag.length === PLAIN_ETAG_DIGITS)
}

/** Begins a row with a head that tells nothing yet. */
export function appendHead(hasOrder: boolean, places: 'short' | 'long', target: GrowingBytes): void {
  const { order, end } = places === 'short' ? SHORT : LONG
  target.makeRoom(end)
  target.buffer.fill(0, target.end, target.end + end)
  if (places === 'short') target.buffer[target.end + FLAGS] = IS_SHORT
  target.end += hasOrder ? end : order
}

function placesOf(bytes: Buffer, start: number): Places {
  return ((bytes[start + FLAGS] ?? 0) & IS_SHORT) === 0 ? LONG : SHORT
}

type HeadField = (value: unknown, bytes: Buffer, start: number) => boolean

/** Puts a member into the head that starts there; `false` where that has no place for it, or for such a value. */
export function writeIntoHead(name: string, value: unknown, bytes: Buffer, start: number): boolean {
  return fields.get(name)?.(value, bytes, start) ?? false
}

/** Whether listings tell of a member that could not be put into the head. */
export function isListed(name: string): boolean {
  return fields.has(name) || name === 'restore' || name === 'versionId'
}

/** Says that a listing has to look at the members behind the head, too. */
export function setPartial(bytes: Buffer, start: number): void {
  setFlag(IS_PARTIAL, bytes, start)
}

/** Says that the encryption is AES256 and nothing else; version 3 has that in the head. */
export function setSealed(bytes: Buffer, start: number): void {
  setFlag(IS_SEALED, bytes, start)
}

export function isSealed(bytes: Buffer, start: number): boolean {
  return ((bytes[start + FLAGS] ?? 0) & IS_SEALED) !== 0
}

export function isPartial(bytes: Buffer, start: number): boolean {
  return ((bytes[start + FLAGS] ?? 0) & IS_PARTIAL) !== 0
}

/** How many bytes of a row are its head. */
export function headBytes(bytes: Buffer, start: number): number {
  const { order, end } = placesOf(bytes, start)
  return ((bytes[start + FLAGS] ?? 0) & HAS_ORDER) === 0 ? order : end
}

/** What the head tells, which is all that a listing does unless it is partial. Throws for bytes that are no head. */
export function readHead(bytes: Buffer, start: number): ListedVersionRow {
  assertHead(bytes, start)
  const flags = bytes[start + FLAGS] ?? 0
  const modifiedMilliseconds = bytes.readUIntBE(start + MODIFIED, NUMBER_BYTES)
  const ownerAccountId = readOwner(bytes, start)
  const order = readOrder(bytes, start)
  const isNull = flags & IS_NULL ? true : undefined
  if (flags & IS_DELETE_MARKER)
    return { isDeleteMarker: true, modifiedMilliseconds, ownerAccountId, order, isNull }
  return {
    etag: readEtag(bytes, start),
    sizeBytes: readSize(bytes, start),
    modifiedMilliseconds,
    ownerAccountId,
    storageClass: known(STORAGE_CLASSES, bytes[start + STORAGE_CLASS]),
    checksum: known(CHECKSUMS, bytes[start + CHECKSUM]),
    order,
    isNull,
  }
}

/** What the head of an object tells, each when it is asked for. Throws for bytes that are no head. */
export class ObjectHead implements ListedObjectRow {
  readonly isDeleteMarker = undefined
  readonly restore = undefined
  readonly versionId = undefined
  readonly #bytes: Buffer
  readonly #start: number
  readonly storageClass: string | undefined
  readonly checksum: ListedChecksum | undefined

  constructor(bytes: Buffer, start: number) {
    assertHead(bytes, start)
    this.#bytes = bytes
    this.#start = start
    this.storageClass = known(STORAGE_CLASSES, bytes[start + STORAGE_CLASS])
    this.checksum = known(CHECKSUMS, bytes[start + CHECKSUM])
  }

  get etag(): string {
    return readEtag(this.#bytes, this.#start)
  }

  get sizeBytes(): number {
    return readSize(this.#bytes, this.#start)
  }

  get modifiedMilliseconds(): number {
    return this.#bytes.readUIntBE(this.#start + MODIFIED, NUMBER_BYTES)
  }

  get ownerAccountId(): string {
    return readOwner(this.#bytes, this.#start)
  }

  get order(): string | undefined {
    return readOrder(this.#bytes, this.#start)
  }

  get isNull(): true | undefined {
    return (this.#bytes[this.#start + FLAGS] ?? 0) & IS_NULL ? true : undefined
  }

  appendEtag(target: GrowingBytes): void {
    const { etag, etagEnd } = placesOf(this.#bytes, this.#start)
    appendHex(this.#bytes, this.#start + etag, this.#start + etagEnd, target)
    const parts = readParts(this.#bytes, this.#start)
    if (parts > 0) target.ascii(`-${parts}`)
  }
}

function assertHead(bytes: Buffer, start: number): void {
  const flags = bytes[start + FLAGS] ?? NaN
  if (!(flags <= ALL_FLAGS) || bytes.length < start + headBytes(bytes, start)) throw new RangeError('no head')
}

export function isDeleteMarker(bytes: Buffer, start: number): boolean {
  return ((bytes[start + FLAGS] ?? 0) & IS_DELETE_MARKER) !== 0
}

const fields: ReadonlyMap<string, HeadField> = new Map<string, HeadField>([
  ['isDeleteMarker', (value, bytes, start) => value === true && setFlag(IS_DELETE_MARKER, bytes, start)],
  ['isNull', (value, bytes, start) => value === true && setFlag(IS_NULL, bytes, start)],
  ['order', writeOrder],
  ['modifiedMilliseconds', writeModified],
  ['sizeBytes', writeSize],
  ['etag', writeEtag],
  ['ownerAccountId', writeOwner],
  ['storageClass', codeAt(STORAGE_CLASS, (value) => STORAGE_CLASSES.indexOf(value as string))],
  ['checksum', codeAt(CHECKSUM, codeOfChecksum)],
])

function setFlag(flag: number, bytes: Buffer, start: number): true {
  bytes[start + FLAGS] = (bytes[start + FLAGS] ?? 0) | flag
  return true
}

function isShort(value: unknown): value is number {
  return isWhole(value) && value <= LARGEST_SHORT
}

function writeModified(value: unknown, bytes: Buffer, start: number): boolean {
  if (!isShort(value)) return false
  bytes.writeUIntBE(value, start + MODIFIED, NUMBER_BYTES)
  return true
}

function writeSize(value: unknown, bytes: Buffer, start: number): boolean {
  if (!isShort(value)) return false
  bytes.writeUIntBE(value, start + SIZE, placesOf(bytes, start).sizeBytes)
  return true
}

function codeAt(place: number, codeOf: (value: unknown) => number): HeadField {
  return (value, bytes, start) => {
    const code = codeOf(value)
    if (code <= 0) return false
    bytes[start + place] = code
    return true
  }
}

function known<Value>(values: readonly Value[], code = NaN): Value | undefined {
  if (!(code < values.length)) throw new RangeError(`a head has the unknown code ${code}`)
  return values[code]
}

function codeOfChecksum(checksum: unknown): number {
  const { algorithm, type, value, ...others } = checksum as ChecksumRow
  if (typeof value !== 'string' || Object.keys(others).length > 0) return -1
  return CHECKSUMS.findIndex((each) => each?.algorithm === algorithm && each.type === type)
}

function writeOrder(order: unknown, bytes: Buffer, start: number): boolean {
  if (typeof order !== 'string' || !/^[0-9a-f]{32}$/.test(order)) return false
  bytes.write(order, start + placesOf(bytes, start).order, 'hex')
  return setFlag(HAS_ORDER, bytes, start)
}

function writeEtag(etag: unknown, bytes: Buffer, start: number): boolean {
  const [, md5, parts = '0'] = /^([0-9a-f]{32})(?:-([1-9]\d{0,4}))?$/.exec(String(etag)) ?? []
  if (md5 === undefined || Number(parts) > LARGEST_PART_COUNT) return false
  const places = placesOf(bytes, start)
  bytes.write(md5, start + places.etag, 'hex')
  if (places === LONG) bytes.writeUInt16BE(Number(parts), start + places.etagEnd)
  return true
}

function readOrder(bytes: Buffer, start: number): string | undefined {
  const hasOrder = ((bytes[start + FLAGS] ?? 0) & HAS_ORDER) !== 0
  if (!hasOrder) return undefined
  const { order, end } = placesOf(bytes, start)
  return bytes.toString('hex', start + order, start + end)
}

function readSize(bytes: Buffer, start: number): number {
  return bytes.readUIntBE(start + SIZE, placesOf(bytes, start).sizeBytes)
}

function readParts(bytes: Buffer, start: number): number {
  const { etagEnd, owner } = placesOf(bytes, start)
  return etagEnd < owner ? bytes.readUInt16BE(start + etagEnd) : 0
}

const DIGITS = Buffer.from('0123456789abcdef')

function appendHex(bytes: Buffer, start: number, end: number, target: GrowingBytes): void {
  target.makeRoom(2 * (end - start))
  const { buffer } = target
  let at = target.end
  for (let index = start; index < end; index++) {
    const byte = bytes[index] ?? 0
    buffer[at++] = DIGITS[byte >> 4] ?? 0
    buffer[at++] = DIGITS[byte & 15] ?? 0
  }
  target.end = at
}

function readEtag(bytes: Buffer, start: number): string {
  const { etag, etagEnd } = placesOf(bytes, start)
  const md5 = bytes.toString('hex', start + etag, start + etagEnd)
  const parts = readParts(bytes, start)
  return parts === 0 ? md5 : `${md5}-${parts}`
}

/** Twelve digits, as numbers from 1 on. */
function writeOwner(accountId: unknown, bytes: Buffer, start: number): boolean {
  if (!/^\d{12}$/.test(String(accountId))) return false
  const { owner, ownerBytes } = placesOf(bytes, start)
  bytes.writeUIntBE(Number(accountId) + 1, start + owner, ownerBytes)
  return true
}

// Most rows that are read one after the other have the same owner.
const lastOwner = { number: 0, accountId: '' }

function readOwner(bytes: Buffer, start: number): string {
  const { owner, ownerBytes } = placesOf(bytes, start)
  const number = bytes.readUIntBE(start + owner, ownerBytes)
  if (number !== lastOwner.number) {
    lastOwner.number = number
    lastOwner.accountId = number === 0 ? '' : String(number - 1).padStart(12, '0')
  }
  return lastOwner.accountId
}
