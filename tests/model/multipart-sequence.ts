import {
  type Bytes,
  type Condition,
  type ListedPart,
  md5,
  type Model,
  type Operation,
} from './multipart-model.ts'

/** Numbers that follow from a seed (mulberry32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to but without `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }
}

const KEYS = ['a', 'b'] as const
const LETTERS = ['p', 'q', 'r', 's'] as const
/** Inline, and in blobs of their own. */
const SIZES = [1, 100, 5000, 33_000, 40_000] as const

/** One to three operations that are to run at the same time. Only one of them reads one thing and writes another. */
export function nextStep(chance: Chance, model: Model): Operation[] {
  const count = chance.below(3) === 0 ? 2 + chance.below(2) : 1
  const operations: Operation[] = []
  while (operations.length < count) {
    const operation = nextOperation(chance, model)
    const isCopy = operation.kind.startsWith('copy')
    if (isCopy && operations.some(({ kind }) => kind.startsWith('copy'))) continue
    operations.push(operation)
  }
  return operations
}

function nextOperation(chance: Chance, model: Model): Operation {
  const key = chance.pick(KEYS)
  const body: Bytes = { letter: chance.pick(LETTERS), sizeBytes: chance.pick(SIZES) }
  const upload = chance.below(model.uploads.length)
  const number = 1 + chance.below(3)
  const condition = conditionOf(chance, model, model.uploads[upload]?.key ?? key)
  switch (chance.below(12)) {
    case 0:
      return { kind: 'put', key, body, ...conditionOf(chance, model, key) }
    case 1:
      return { kind: 'delete', key }
    case 2:
      return { kind: 'get', key }
    case 3:
      return { kind: 'get-part', key, number }
    case 4:
      return { kind: 'copy', from: key, key: key === 'a' ? 'b' : 'a' }
    case 5:
      return { kind: 'copy-part', upload, number, from: key }
    case 6:
      return { kind: chance.below(3) === 0 ? 'abort' : 'list', upload }
    case 7:
    case 8:
    case 9:
      return { kind: 'part', upload, number, body }
    default:
      return { kind: 'complete', upload, list: listOf(chance, model, upload), ...condition }
  }
}

function conditionOf(chance: Chance, model: Model, key: string): { condition?: Condition } {
  const choice = chance.below(6)
  if (choice === 0) return { condition: 'absent' }
  const etag = model.objects.get(key)?.etag
  if (choice === 1 && etag !== undefined) return { condition: etag }
  return choice === 2 ? { condition: '0'.repeat(32) } : {}
}

/** Mostly what was uploaded; now and then a part less, one too many, a wrong tag or a wrong order. */
function listOf(chance: Chance, model: Model, upload: number): ListedPart[] {
  const parts = [...(model.uploads[upload]?.parts ?? [])].toSorted(([a], [b]) => a - b)
  const list = parts.map(([number, bytes]) => ({ number, etag: md5(bytes) }))
  switch (chance.below(8)) {
    case 0:
      return list.slice(1)
    case 1:
      return list.toReversed()
    case 2:
      return [...list, { number: 4, etag: '0'.repeat(32) }]
    case 3:
      return list.map((part) => ({ ...part, etag: md5(Buffer.from(part.etag)) }))
    default:
      return list
  }
}
