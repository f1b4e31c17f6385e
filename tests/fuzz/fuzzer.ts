import { Coverage, type Taken, takeCounters } from './coverage.ts'
import { readInputs } from './corpus.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { words } from './instrument.ts'
import { chooser, mutate, type Stock } from './mutate.ts'
import { shrunk } from './shrink.ts'

export interface Find {
  readonly input: Buffer
  readonly message: string
}

export interface FuzzerOptions {
  readonly name: string
  readonly seed: number
  /** Sees every input before it is run, so that one without end is known. */
  readonly onRun: (input: Buffer) => void
  readonly onFind: (find: Find) => void
}

const MOST_BYTES = 4_096
const MOST_STEPS = 20_000
const MOST_STEPS_PER_BYTE = 300
const MOST_MILLISECONDS = 200
/** What the repository keeps of one target. */
const MOST_CORPUS_BYTES = 64 * 1024

/** Runs a target on ever new inputs, made from those that took a branch more, or more often, than all before them. */
export class Fuzzer {
  runs = 0
  readonly #target: FuzzTarget
  readonly #options: FuzzerOptions
  readonly #coverage = new Coverage()
  readonly #corpus: Buffer[] = []
  readonly #known = new Set<string>()
  readonly #stock: Stock
  #mostStepsPerByte = 0

  constructor(target: FuzzTarget, options: FuzzerOptions) {
    this.#target = target
    this.#options = options
    const choose = chooser(options.seed)
    this.#stock = {
      choose,
      words: [...words, ...(target.words ?? [])].map((word) => Buffer.from(word, 'latin1')),
      other: () => this.#choose(),
      mostBytes: target.mostBytes ?? MOST_BYTES,
    }
  }

  get branches(): number {
    return this.#coverage.size
  }

  /** Runs until a moment of `performance.now()`. */
  async runUntil(endMilliseconds: number): Promise<void> {
    const seeds = this.#target.seeds.map((seed) => Buffer.from(seed, 'latin1'))
    for (const input of [...seeds, ...readInputs('corpus', this.#options.name)]) await this.#add(input)
    while (performance.now() < endMilliseconds) await this.#add(mutate(this.#choose(), this.#stock))
  }

  /** The smallest inputs that take all that was taken. */
  async smallestCorpus(): Promise<Buffer[]> {
    const coverage = new Coverage()
    const kept: Buffer[] = []
    let sizeBytes = 0
    for (const input of this.#corpus.toSorted((a, b) => a.length - b.length)) {
      const fresh = coverage.newIn(await this.#run(input))
      if (fresh.length === 0 || sizeBytes + input.length > MOST_CORPUS_BYTES) continue
      const small = await shrunk(input, async (smaller) => {
        const branches = new Set((await this.#run(smaller)).branches)
        return fresh.every((branch) => branches.has(branch))
      })
      coverage.add(await this.#run(small))
      kept.push(small)
      sizeBytes += small.length
    }
    return kept
  }

  /** The newest more often: what they reach was least looked at. */
  #choose(): Buffer {
    const { length } = this.#corpus
    const { choose } = this.#stock
    const newest = Math.min(length, 16)
    return this.#corpus[choose(3) === 0 ? length - 1 - choose(newest) : choose(length)] ?? Buffer.alloc(0)
  }

  async #add(input: Buffer): Promise<void> {
    const taken = await this.#run(input)
    const stepsPerByte = taken.steps / (input.length + 64)
    if (this.#coverage.newIn(taken).length === 0 && stepsPerByte < this.#mostStepsPerByte * 1.1) return
    this.#mostStepsPerByte = Math.max(this.#mostStepsPerByte, stepsPerByte)
    this.#coverage.add(taken)
    // A copy of its own: it may be a view of a larger one.
    this.#corpus.push(Buffer.from(input))
  }

  async #run(input: Buffer): Promise<Taken> {
    const { taken, message } = await this.#attempt(input)
    if (message !== undefined && !this.#known.has(kindOf(message))) {
      this.#known.add(kindOf(message))
      const same = async (smaller: Buffer): Promise<boolean> =>
        kindOf((await this.#attempt(smaller)).message ?? '') === kindOf(message)
      this.#options.onFind({ input: await shrunk(input, same), message })
    }
    return taken
  }

  async #attempt(input: Buffer): Promise<{ taken: Taken; message: string | undefined }> {
    this.runs++
    this.#options.onRun(input)
    takeCounters()
    const start = performance.now()
    let message: string | undefined
    try {
      await this.#target.run(input)
    } catch (error) {
      message = error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`
    }
    const milliseconds = performance.now() - start
    const taken = takeCounters()
    message ??= this.#excess(input, taken, milliseconds) ?? pollution()
    return { taken, message }
  }

  #excess(input: Buffer, { steps }: Taken, milliseconds: number): string | undefined {
    const mostSteps = MOST_STEPS + input.length * (this.#target.mostStepsPerByte ?? MOST_STEPS_PER_BYTE)
    if (steps > mostSteps) return `takes ${steps} branches for ${input.length} bytes`
    if (milliseconds <= MOST_MILLISECONDS || this.#fastest(input) <= MOST_MILLISECONDS) return undefined
    return `takes ${milliseconds.toFixed()} ms for ${input.length} bytes`
  }

  /** Of three: a busy machine makes a run slow now and then, a bad regular expression always. */
  #fastest(input: Buffer): number {
    const times = [1, 2, 3].map(() => {
      const start = performance.now()
      try {
        void Promise.resolve(this.#target.run(input)).catch(() => undefined)
      } catch {
        // It is the time that counts.
      }
      return performance.now() - start
    })
    return Math.min(...times)
  }
}

/** Nothing that is read may become a member of every object. */
function pollution(): string | undefined {
  for (const name in {}) {
    Reflect.deleteProperty(Object.prototype, name)
    return `put ${name} into the prototype of all objects`
  }
  return undefined
}

/** Where it was thrown, whatever numbers and texts the message holds: one find of a kind is enough. */
function kindOf(message: string): string {
  const frames = message.split('\n').filter((line) => line.startsWith('    at '))
  const places = frames.filter((line) => /tests\/fuzz|packages\//.test(line)).slice(0, 2)
  return places.length > 0 ? places.join() : message.replaceAll(/\d+/g, 'N')
}
