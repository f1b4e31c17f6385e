import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { GrowingBytes } from '../base/growing-bytes.ts'
import { PackedObject, type SharedMembers } from '../model/packed-object.ts'
import type { ListedObject } from '../model/types.gen.ts'
import { encodeOutput } from './encode.ts'

class Packed extends PackedObject {
  override readonly Key: string
  override readonly modifiedMilliseconds: number
  override readonly Size: number
  readonly #digits: string
  readonly #hasBytes: boolean

  constructor(
    shared: SharedMembers,
    key: string,
    seconds: number,
    digits: string,
    size: number,
    hasBytes: boolean,
  ) {
    super(shared)
    this.Key = key
    this.modifiedMilliseconds = 1000 * seconds
    this.Size = size
    this.#digits = digits
    this.#hasBytes = hasBytes
  }

  override get ETag(): string {
    return `"${this.#digits}"`
  }

  override appendKey(target: GrowingBytes): boolean {
    if (this.#hasBytes) target.utf8(this.Key)
    return this.#hasBytes
  }

  override appendETagDigits(target: GrowingBytes): void {
    target.ascii(this.#digits)
  }
}

const text = fc.string({ unit: 'binary', maxLength: 20 })
const shared: fc.Arbitrary<SharedMembers> = fc.record(
  {
    ChecksumAlgorithm: fc.uniqueArray(fc.constantFrom('CRC32', 'SHA1', 'CRC64NVME')),
    ChecksumType: fc.constantFrom('COMPOSITE', 'FULL_OBJECT'),
    StorageClass: fc.constantFrom('STANDARD', 'GLACIER'),
    Owner: fc.record({ ID: text, DisplayName: text }, { requiredKeys: [] }),
    RestoreStatus: fc.record(
      { IsRestoreInProgress: fc.boolean(), RestoreExpiryDate: fc.date({ noInvalidDate: true }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)
const digits = fc.stringMatching(/^[0-9a-f]{32}(-[1-9][0-9]{0,3})?$/)
const seconds = fc.integer({ min: -60_000_000_000, max: 250_000_000_000 })
const member = fc.tuple(fc.nat(2), text, seconds, digits, fc.maxSafeNat(), fc.boolean())
const page = fc.tuple(
  fc.array(shared, { minLength: 3, maxLength: 3 }),
  fc.array(fc.array(member, { maxLength: 6 })),
)

function written(contents: readonly ListedObject[]): string {
  return Buffer.from(encodeOutput('ListObjectsV2', { Contents: contents }).body as Uint8Array).toString()
}

function plainOf({ Key, LastModified, ETag, Size, shared: members }: PackedObject): ListedObject {
  return { Key, LastModified, ETag, Size, ...members }
}

it('writes what it would write of the same objects as plain ones', () => {
  fc.assert(
    fc.property(page, ([kinds, runs]) => {
      const packed = runs.flat().map(([kind, ...others]) => new Packed(kinds[kind] ?? {}, ...others))
      const plain = packed.map(plainOf)
      expect(written(packed)).toBe(written(plain))
      const mixed = packed.map((object, index) => (index % 3 === 0 ? (plain[index] ?? {}) : object))
      expect(written(mixed)).toBe(written(plain))
    }),
    { numRuns: 300 },
  )
})

it('escapes characters of keys as those of any text', () => {
  // All that are short in UTF-8, and those at the ends of where others are.
  for (const from of [0, 0x1000, 0xd000, 0xe000, 0xf000, 0x10000, 0x10f000]) {
    const codes = Array.from({ length: 0x1000 }, (_, index) => from + index)
    const keys = codes
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => `a${String.fromCodePoint(code)}b`)
    const packed = keys.map((key) => new Packed({}, key, 0, '0', 0, true))
    expect(written(packed) === written(packed.map(plainOf))).toBe(true)
  }
})
