import { Dice } from './dice.ts'

/** What one client does next. Each step is complete in itself, so that any of them may be left out. */
export type Step =
  | { readonly kind: 'put'; readonly at: Place; readonly what: Whole }
  | { readonly kind: 'upload'; readonly at: Place; readonly what: InParts; readonly end: UploadEnd }
  | { readonly kind: 'copy'; readonly from: Place; readonly at: Place; readonly what: Described }
  | { readonly kind: 'delete'; readonly at: Place }
  | { readonly kind: 'deleteMany'; readonly bucket: string; readonly keys: readonly string[] }
  | { readonly kind: 'deleteVersion'; readonly at: Place; readonly nth: number }
  | { readonly kind: 'tag'; readonly at: Place; readonly tags: string }
  | { readonly kind: 'get'; readonly at: Place }
  | { readonly kind: 'list'; readonly bucket: string }
  | { readonly kind: 'versioning'; readonly bucket: string; readonly status: 'Enabled' | 'Suspended' }
  | { readonly kind: 'lifecycle'; readonly bucket: string }

export interface Place {
  readonly bucket: string
  readonly key: string
}

/** What is said of an object; the seed is unlike any other of the plan, and the content follows from it. */
export interface Described {
  readonly seed: string
  readonly tags: string
  readonly isPublic: boolean
  readonly isCold: boolean
}

export interface Whole extends Described {
  readonly sizeBytes: number
}

export interface InParts extends Described {
  readonly partSizes: readonly number[]
}

export type UploadEnd = 'complete' | 'abort' | 'leave'

/** What goes wrong, so many events after the one before. */
export interface Mishap {
  readonly afterEvents: number
  readonly kind: MishapKind
  /** Bytes of space, calls that fail, events until the next start: as the kind needs it. */
  readonly amount: number
}

export type MishapKind = keyof typeof MISHAPS

const MISHAPS = {
  kill: 3,
  powerCut: 4,
  dropConnection: 3,
  diskFull: 3,
  spaceAgain: 2,
  blobWriteFails: 2,
  blobSyncFails: 2,
  folderSyncFails: 2,
  blobReadFails: 1,
  removeFails: 2,
  metadataWriteFails: 1,
  metadataSyncFails: 2,
} as const

/** What is done to the disk while no process runs. */
export interface Damage {
  readonly kind: DamageKind
  readonly nth: number
  readonly offset: number
}

export type DamageKind = keyof typeof DAMAGES

const DAMAGES = {
  flipBlob: 3,
  cutBlob: 2,
  zeroBlob: 1,
  removeBlob: 2,
  flipRow: 3,
  loseFile: 2,
  loseMetadata: 1,
  loseRootKeys: 1,
} as const

export interface Round {
  /** One list for each client. */
  readonly steps: readonly (readonly Step[])[]
  readonly mishaps: readonly Mishap[]
  /** How the process ends after the round. */
  readonly end: 'stays' | 'stops' | 'killed' | 'powerCut'
  readonly damages: readonly Damage[]
  /** Days that go by after it. */
  readonly days: number
}

export interface Plan {
  readonly seed: string
  readonly rounds: readonly Round[]
}

export const BUCKETS = ['plain', 'versioned', 'changing'] as const
const KEYS = ['a', 'b', 'dir/c', 'dir/d e', 'old/f'] as const

/** The plan that follows from a seed. */
export function planOf(seed: string): Plan {
  const dice = new Dice(`plan ${seed}`)
  // Faults and damage by turns: where nothing is damaged, nothing at all may be lost.
  const isDamaged = dice.chance(0.3)
  const steps = new StepMaker(dice)
  const count = dice.between(1, 3)
  const rounds = Array.from({ length: count }, (_, index): Round => {
    const clients = Array.from({ length: dice.between(1, 4) }, () =>
      Array.from({ length: dice.between(2, 8) }, () => steps.next()),
    )
    const hasMishaps = dice.chance(0.85)
    return {
      steps: clients,
      mishaps: hasMishaps ? Array.from({ length: dice.between(1, 4) }, () => mishapOf(dice)) : [],
      end: dice.pick(['stays', 'stops', 'killed', 'powerCut'] as const),
      damages: isDamaged && index === count - 1 ? damagesOf(dice) : [],
      days: dice.chance(0.3) ? dice.between(1, 4) : 0,
    }
  })
  return { seed, rounds }
}

function mishapOf(dice: Dice): Mishap {
  return { afterEvents: dice.below(150), kind: dice.weighted(MISHAPS), amount: dice.below(100) }
}

function damagesOf(dice: Dice): Damage[] {
  return Array.from({ length: dice.between(1, 2) }, () => ({
    kind: dice.weighted(DAMAGES),
    nth: dice.below(1000),
    offset: dice.below(2 ** 30),
  }))
}

class StepMaker {
  readonly #dice: Dice
  #made = 0

  constructor(dice: Dice) {
    this.#dice = dice
  }

  next(): Step {
    const dice = this.#dice
    const at = this.#place()
    const kind = dice.weighted({
      put: 10,
      upload: 4,
      copy: 4,
      delete: 4,
      deleteMany: 1,
      deleteVersion: 2,
      tag: 2,
      get: 4,
      list: 1,
      versioning: 1,
      lifecycle: 1,
    })
    switch (kind) {
      case 'put':
        return { kind, at, what: { ...this.#described(), sizeBytes: this.#sizeBytes() } }
      case 'upload':
        return { kind, at, what: this.#inParts(), end: dice.pick(['complete', 'complete', 'abort', 'leave']) }
      case 'copy':
        return { kind, from: this.#place(), at, what: this.#described() }
      case 'deleteMany':
        return {
          kind,
          bucket: at.bucket,
          keys: KEYS.filter(() => dice.chance(0.5))
            .concat('a')
            .slice(0, 3),
        }
      case 'deleteVersion':
        return { kind, at: { ...at, bucket: 'versioned' }, nth: dice.below(10) }
      case 'tag':
        return { kind, at, tags: this.#tags() }
      case 'versioning':
        return { kind, bucket: 'changing', status: dice.pick(['Enabled', 'Suspended']) }
      case 'list':
      case 'lifecycle':
        return { kind, bucket: at.bucket }
      case 'delete':
      case 'get':
        return { kind, at }
    }
  }

  #place(): Place {
    return { bucket: this.#dice.pick(BUCKETS), key: this.#dice.pick(KEYS) }
  }

  #described(): Described {
    const dice = this.#dice
    this.#made++
    return {
      seed: `s${this.#made}`,
      tags: dice.chance(0.3) ? this.#tags() : '',
      isPublic: dice.chance(0.2),
      isCold: dice.chance(0.2),
    }
  }

  #tags(): string {
    return `colour=${this.#dice.pick(['red', 'green', 'blue'])}-${this.#made}`
  }

  #inParts(): InParts {
    const count = this.#dice.between(1, 3)
    return { ...this.#described(), partSizes: Array.from({ length: count }, () => this.#sizeBytes()) }
  }

  /** Some lie in the metadata, some in files of their own. */
  #sizeBytes(): number {
    if (this.#dice.chance(0.5)) return this.#dice.below(2000)
    return this.#dice.chance(0.8) ? this.#dice.between(33_000, 40_000) : this.#dice.between(60_000, 140_000)
  }
}
