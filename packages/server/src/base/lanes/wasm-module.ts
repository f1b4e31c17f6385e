/** Code of WebAssembly: bytes, in whatever pieces they were put together. An expression leaves one value. */
export type Code = number | readonly Code[]

export interface WasmFunction {
  readonly name: string
  /** Words, and the first locals. */
  readonly parameters: number
  /** Words behind the parameters. */
  readonly words?: number
  /** Vectors behind those. */
  readonly vectors?: number
  readonly body: Code
}

const WORD = 0x7f
const VECTOR = 0x7b
const FUNCTION = 0x60
const MEMORY = 0x02
const SHARED_WITH_MAXIMUM = 0x03
const END = 0x0b

/**
 * The binary of a module of functions that return nothing, on a shared memory of `pages` that it imports as
 * `shared.memory`. Source: WebAssembly Core Specification 2.0, "Binary Format".
 */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [FUNCTION, list(Array(parameters).fill(WORD)), 0])
  const memory = [MEMORY, SHARED_WITH_MAXIMUM, unsigned(pages), unsigned(pages)]
  return Uint8Array.from(
    flat([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, list(types)),
      section(2, list([[name('shared'), name('memory'), memory]])),
      section(3, list(functions.map((_, index) => unsigned(index)))),
      section(7, list(functions.map((each, index) => [name(each.name), 0, unsigned(index)]))),
      section(10, list(functions.map((each) => sized(bodyOf(each))))),
    ]),
  )
}

function bodyOf({ words = 0, vectors = 0, body }: WasmFunction): Code {
  const locals = list([
    [unsigned(words), WORD],
    [unsigned(vectors), VECTOR],
  ])
  return [locals, body, END]
}

function section(id: number, content: Code): Code {
  return [id, sized(content)]
}

function sized(content: Code): Code {
  const bytes = flat(content)
  return [unsigned(bytes.length), bytes]
}

function list(items: readonly Code[]): Code {
  return [unsigned(items.length), items]
}

function name(text: string): Code {
  return sized([...Buffer.from(text)])
}

function flat(code: Code, bytes: number[] = []): number[] {
  if (typeof code === 'number') bytes.push(code)
  else for (const piece of code) flat(piece, bytes)
  return bytes
}

/** LEB128 without a sign. */
function unsigned(value: number): Code {
  return value < 0x80 ? value : [(value & 0x7f) | 0x80, unsigned(value >>> 7)]
}

/** LEB128 of a word with a sign. */
function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40
  return isLast ? value & 0x7f : [(value & 0x7f) | 0x80, signed(value >> 7)]
}

export const get = (local: number): Code => [0x20, unsigned(local)]
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)]

/** Runs the body, and again as long as the condition is not zero after it. */
export const repeatWhile = (condition: Code, body: Code): Code => [
  [0x03, 0x40],
  body,
  condition,
  [0x0d, 0, END],
]

type Operation = (a: Code, b: Code) => Code

/** What can be done with words, and with vectors of four words. */
export interface Arithmetic {
  readonly add: Operation
  readonly and: Operation
  readonly or: Operation
  readonly xor: Operation
  not(value: Code): Code
  /** Of the value in a local. */
  rotateLeft(local: number, bits: number): Code
  load(address: Code, offset?: number): Code
  store(address: Code, value: Code, offset?: number): Code
}

function operation(...opcode: Code[]): Operation {
  return (a, b) => [a, b, opcode]
}

export function word(value: number): Code {
  return [0x41, signed(value | 0)]
}

export const words: Arithmetic = {
  add: operation(0x6a),
  and: operation(0x71),
  or: operation(0x72),
  xor: operation(0x73),
  not: (value) => [value, word(-1), 0x73],
  rotateLeft: (local, bits) => [get(local), word(bits), 0x77],
  load: (address, offset = 0) => [address, 0x28, 0, unsigned(offset)],
  store: (address, value, offset = 0) => [address, value, 0x36, 0, unsigned(offset)],
}

const vector = (opcode: number): Code => [0xfd, unsigned(opcode)]

export const vectors: Arithmetic = {
  add: operation(vector(0xae)),
  and: operation(vector(0x4e)),
  or: operation(vector(0x50)),
  xor: operation(vector(0x51)),
  not: (value) => [value, vector(0x4d)],
  rotateLeft: (local, bits) => [
    [get(local), word(bits), vector(0xab)],
    [get(local), word(32 - bits), vector(0xad)],
    vector(0x50),
  ],
  load: (address, offset = 0) => [address, vector(0x00), 0, unsigned(offset)],
  store: (address, value, offset = 0) => [address, value, vector(0x0b), 0, unsigned(offset)],
}

/** A vector of words of `a` (0 to 3) and `b` (4 to 7). */
export function shuffled(a: Code, b: Code, order: readonly [number, number, number, number]): Code {
  const bytes = order.flatMap((index) => [index * 4, index * 4 + 1, index * 4 + 2, index * 4 + 3])
  return [a, b, vector(0x0d), bytes]
}
