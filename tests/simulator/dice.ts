import { hash } from 'node:crypto'

/** Choices that follow from a seed. Each stream of choices has a name, so that one more throw here changes nothing there. */
export class Dice {
  readonly #seed: string
  readonly #state: Uint32Array

  constructor(seed: string) {
    this.#seed = seed
    const bytes = hash('sha256', seed, 'buffer')
    this.#state = Uint32Array.from([0, 4, 8, 12], (at) => bytes.readUInt32LE(at))
  }

  /** Other dice, that throw the same for the same seed and name. */
  named(name: string): Dice {
    return new Dice(`${this.#seed}/${name}`)
  }

  /** 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor((this.#next() / 2 ** 32) * count)
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(probability: number): boolean {
    return this.#next() < probability * 2 ** 32
  }

  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[]
    let left = this.below(names.reduce((sum, name) => sum + weights[name], 0))
    return names.find((name) => (left -= weights[name]) < 0) ?? this.pick(names)
  }

  /** sfc32, by Chris Doty-Humphrey: small, fast and good enough to choose with. */
  #next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state
    const sum = (a + b + counter) >>> 0
    this.#state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, counter + 1])
    return sum
  }
}
