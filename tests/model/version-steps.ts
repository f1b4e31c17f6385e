import * as fc from 'fast-check'
import type { Mode, ModelRule } from './versions-model.ts'

/** One step of a sequence. `at` picks a version of the key, newest first, modulo how many there are. */
export type Step =
  | { readonly kind: 'put'; readonly key: string; readonly tags: readonly string[]; readonly lock: Lock }
  | { readonly kind: 'hide'; readonly key: string }
  | { readonly kind: 'remove'; readonly key: string; readonly at: number; readonly who: Who }
  | {
      readonly kind: 'retain'
      readonly key: string
      readonly at: number
      readonly who: Who
      readonly lock: Lock
    }
  | { readonly kind: 'hold'; readonly key: string; readonly at: number; readonly isHeld: boolean }
  | { readonly kind: 'tag'; readonly key: string; readonly at: number; readonly tags: readonly string[] }
  | { readonly kind: 'versioning'; readonly status: 'Enabled' | 'Suspended' }
  | { readonly kind: 'rule'; readonly rule: ModelRule | undefined }
  | { readonly kind: 'time'; readonly days: number }

export type Lock = { readonly mode: Mode; readonly days: number } | undefined
/** Who asks: the owner, the owner with the bypass header, a stranger with it. */
export type Who = 'owner' | 'bypass' | 'stranger'

const key = fc.constantFrom('a', 'b/c')
const at = fc.nat(4)
const tags = fc.constantFrom<readonly string[]>([], [], ['old'], ['new'], ['new', 'old'])
const who = fc.constantFrom<Who>('owner', 'owner', 'bypass', 'stranger')
const lock = fc.option(
  fc.record({
    mode: fc.constantFrom<Mode>('GOVERNANCE', 'COMPLIANCE'),
    days: fc.integer({ min: 1, max: 6 }),
  }),
  { nil: undefined },
)

const rules: readonly (ModelRule | undefined)[] = [
  undefined,
  { expirationDays: 2 },
  { noncurrentDays: 1 },
  { expirationDays: 1, noncurrentDays: 2, newerVersions: 1, tag: 'old' },
  { expiresMarkers: true, noncurrentDays: 3 },
  { expirationDays: 1, noncurrentDays: 1 },
]

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key, tags, lock }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hide' as const), key }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), key, at, who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retain' as const), key, at, who, lock }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), key, at, isHeld: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tag' as const), key, at, tags }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('versioning' as const),
      status: fc.constantFrom('Enabled' as const, 'Suspended' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), rule: fc.constantFrom(...rules) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      days: fc.constantFrom(1, 1, 2, 3, 5, -1, -2),
    }),
  },
)

export interface Sequence {
  readonly bucket: 'plain' | 'versioned' | 'locked'
  /** When it begins: days of lifecycle rules end at midnight, so that a clock which is off by seconds shows. */
  readonly hour: number
  readonly steps: readonly Step[]
}

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  bucket: fc.constantFrom('plain' as const, 'versioned' as const, 'locked' as const, 'locked' as const),
  hour: fc.constantFrom(0, 12),
  steps: fc.array(step, { minLength: 4, maxLength: 16 }),
})
