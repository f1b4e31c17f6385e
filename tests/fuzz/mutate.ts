/** Chooses a whole number from 0 to below `limit`. */
export type Choose = (limit: number) => number

/** Numbers that look random, and come again for the same seed (mulberry32). */
export function chooser(seed: number): Choose {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

export interface Stock {
  readonly choose: Choose
  /** What may be put in. */
  readonly words: readonly Buffer[]
  /** Another input, to take a piece of. */
  readonly other: () => Buffer
  readonly mostBytes: number
}

type Mutation = (bytes: Buffer, stock: Stock) => Buffer

const INTERESTING = Buffer.from(
  '\0\x01\n\r\t "#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x7f\x80\xbf\xc3\xe2\xf0\xfe\xff',
  'latin1',
)
const NUMBERS = [
  '0',
  '1',
  '-1',
  '00',
  '7fffffff',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '1e309',
  'ffffffffffffffff',
  'NaN',
]

const mutations: readonly Mutation[] = [
  (bytes, { choose }) => replaced(bytes, spot(bytes, choose), 1, Buffer.from([choose(256)])),
  (bytes, { choose }) => replaced(bytes, spot(bytes, choose), 1, interesting(choose)),
  (bytes, { choose }) => replaced(bytes, spot(bytes, choose), 0, interesting(choose)),
  (bytes, { choose }) => flipped(bytes, choose),
  (bytes, { choose }) =>
    replaced(bytes, spot(bytes, choose), 1 + choose(small(bytes, choose)), Buffer.alloc(0)),
  (bytes, { choose }) => replaced(bytes, spot(bytes, choose), 0, pieceOf(bytes, choose)),
  (bytes, { choose }) => replaced(bytes, spot(bytes, choose), choose(8), pieceOf(bytes, choose)),
  (bytes, { choose }) => replaced(bytes, spot(bytes, choose), 0, repeated(pieceOf(bytes, choose), choose)),
  (bytes, { choose, words }) => replaced(bytes, spot(bytes, choose), 0, wordOf(words, choose)),
  (bytes, { choose, words }) => replaced(bytes, spot(bytes, choose), choose(12), wordOf(words, choose)),
  (bytes, { choose, other }) => replaced(bytes, spot(bytes, choose), choose(16), pieceOf(other(), choose)),
  (bytes, { choose, other }) =>
    Buffer.concat([bytes.subarray(0, spot(bytes, choose)), tailOf(other(), choose)]),
  (bytes, { choose }) => number(bytes, choose),
]

/** An input that is like `bytes`, but for one to eight changes. */
export function mutate(bytes: Buffer, stock: Stock): Buffer {
  let result = bytes
  for (let changes = 1 << stock.choose(4); changes > 0; changes--) {
    const mutation = mutations[stock.choose(mutations.length)]
    if (mutation) result = mutation(result, stock)
  }
  return result.subarray(0, stock.mostBytes)
}

/** `bytes` with something else for `length` of them. */
export function replaced(bytes: Buffer, start: number, length: number, middle: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), middle, bytes.subarray(start + length)])
}

function spot(bytes: Buffer, choose: Choose): number {
  return choose(bytes.length + 1)
}

function small(bytes: Buffer, choose: Choose): number {
  return choose(4) === 0 ? bytes.length + 1 : 8
}

function interesting(choose: Choose): Buffer {
  const at = choose(INTERESTING.length)
  return INTERESTING.subarray(at, at + 1)
}

function flipped(bytes: Buffer, choose: Choose): Buffer {
  const at = spot(bytes, choose)
  return replaced(bytes, at, 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << choose(8))]))
}

function pieceOf(bytes: Buffer, choose: Choose): Buffer {
  const start = spot(bytes, choose)
  return bytes.subarray(start, start + 1 + choose(choose(3) === 0 ? 256 : 24))
}

function tailOf(bytes: Buffer, choose: Choose): Buffer {
  return bytes.subarray(spot(bytes, choose))
}

function repeated(piece: Buffer, choose: Choose): Buffer {
  return Buffer.concat(Array.from({ length: 2 + choose(choose(8) === 0 ? 300 : 8) }, () => piece))
}

function wordOf(words: readonly Buffer[], choose: Choose): Buffer {
  return words[choose(Math.max(words.length, 1))] ?? Buffer.alloc(0)
}

/** Another number for the first one behind a chosen place. */
function number(bytes: Buffer, choose: Choose): Buffer {
  const start = spot(bytes, choose)
  const found = /\d+/.exec(bytes.toString('latin1', start, start + 64))
  const text = choose(2) === 0 ? String(choose(70_000)) : (NUMBERS[choose(NUMBERS.length)] ?? '')
  return replaced(bytes, start + (found?.index ?? 0), found?.[0].length ?? 0, Buffer.from(text))
}
