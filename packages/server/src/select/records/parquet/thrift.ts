/** Structs by the numbers of their fields: Thrift's compact protocol, as far as Parquet uses it. */
export type ThriftValue = boolean | bigint | number | Buffer | readonly ThriftValue[] | ThriftStruct
export type ThriftStruct = ReadonlyMap<number, ThriftValue>

/** Parquet's own nest six deep at most. */
const MAX_DEPTH = 32
const MAX_VARINT_BYTES = 10

const TRUE = 1
const FALSE = 2
const BYTE = 3
const I16 = 4
const I32 = 5
const I64 = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const SET = 10
const STRUCT = 12

/**
 * What a reader lays out at the most, in values; a struct is as large as some. An empty struct is one byte of a file, and a
 * hundred in memory.
 */
const MAX_VALUES = 4_000_000
const VALUES_OF_STRUCT = 4

/** Reads structs one behind the other. Of what a length or a count claims no more is taken than there are bytes. */
export class ThriftReader {
  readonly #bytes: Buffer
  at: number
  #left = MAX_VALUES

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  struct(depth = 0): ThriftStruct {
    if (depth > MAX_DEPTH) throw new Error('thrift: nested too deep')
    this.#count(VALUES_OF_STRUCT)
    const fields = new Map<number, ThriftValue>()
    let id = 0
    for (;;) {
      const head = this.#byte()
      const type = head & 0x0f
      if (type === 0) return fields
      const delta = head >> 4
      id = delta === 0 ? Number(this.#zigzag()) : id + delta
      fields.set(id, type === TRUE || type === FALSE ? type === TRUE : this.#value(type, depth))
    }
  }

  #count(values: number): void {
    this.#left -= values
    if (this.#left < 0) throw new Error('thrift: too many values')
  }

  #value(type: number, depth: number): ThriftValue {
    this.#count(1)
    switch (type) {
      case TRUE:
      case FALSE:
        return this.#byte() === TRUE
      case BYTE:
        return (this.#byte() << 24) >> 24
      case I16:
      case I32:
      case I64:
        return this.#zigzag()
      case DOUBLE:
        return this.#take(8).readDoubleLE()
      case BINARY:
        return this.#take(Number(this.#varint()))
      case LIST:
      case SET:
        return this.#list(depth + 1)
      case STRUCT:
        return this.struct(depth + 1)
      default:
        throw new Error(`thrift: values of type ${type} are none of Parquet's`)
    }
  }

  #list(depth: number): readonly ThriftValue[] {
    if (depth > MAX_DEPTH) throw new Error('thrift: nested too deep')
    const head = this.#byte()
    const size = head >> 4 === 15 ? Number(this.#varint()) : head >> 4
    // Each element has a byte at least.
    if (size > this.#bytes.length - this.at) throw new Error('thrift: a list beyond the end')
    const values: ThriftValue[] = []
    for (let count = 0; count < size; count++) values.push(this.#value(head & 0x0f, depth))
    return values
  }

  #byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw new Error('thrift: the end is missing')
    return byte
  }

  #take(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.at, this.at + length)
    if (bytes.length !== length) throw new Error('thrift: bytes beyond the end')
    this.at += length
    return bytes
  }

  #varint(): bigint {
    let value = 0
    let factor = 1
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.#byte()
      if (count === 4 && (byte & 0x80) !== 0) return this.#longVarint(BigInt(value), byte)
      value += (byte & 0x7f) * factor
      factor *= 128
      if ((byte & 0x80) === 0) break
    }
    return BigInt(value)
  }

  #longVarint(low: bigint, fifth: number): bigint {
    let value = low | (BigInt(fifth & 0x7f) << 28n)
    for (let shift = 35n; shift < 7n * BigInt(MAX_VARINT_BYTES); shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return BigInt.asUintN(64, value)
    }
    throw new Error('thrift: a number beyond 64 bits')
  }

  #zigzag(): bigint {
    const value = this.#varint()
    return (value >> 1n) ^ -(value & 1n)
  }
}

/** Fields of a struct as what they must be: of a broken file they are anything. */
export function intOf(struct: ThriftStruct, id: number): number | undefined {
  const value = struct.get(id)
  return typeof value === 'bigint' ? Number(value) : undefined
}

/** From 0. */
export function sizeOf(struct: ThriftStruct, id: number): number {
  const value = intOf(struct, id)
  if (value === undefined || !Number.isSafeInteger(value) || value < 0) {
    throw new Error(`thrift: field ${id} is no size`)
  }
  return value
}

export function bytesOf(struct: ThriftStruct, id: number): Buffer | undefined {
  const value = struct.get(id)
  return Buffer.isBuffer(value) ? value : undefined
}

export function structOf(struct: ThriftStruct, id: number): ThriftStruct | undefined {
  const value = struct.get(id)
  return value instanceof Map ? value : undefined
}

export function structsOf(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const value = struct.get(id)
  if (!Array.isArray(value)) throw new Error(`thrift: field ${id} is no list`)
  return value.map((element: ThriftValue) => {
    if (!(element instanceof Map)) throw new Error(`thrift: field ${id} is no list of structs`)
    return element as ThriftStruct
  })
}
