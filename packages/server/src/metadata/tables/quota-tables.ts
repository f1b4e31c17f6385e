import { defineTable } from '../table.ts'

/** How much there may be; what is absent is not limited. */
export interface QuotaLimits {
  /** Of all versions and of parts. */
  readonly maximumBytes?: number | undefined
  /** Versions that are objects. */
  readonly maximumObjects?: number | undefined
}

export interface QuotaAmounts {
  readonly bytes: number
  readonly objects: number
}

/** Up to where a writer of shares may let its shares grow, and which of its grants that is. */
export interface QuotaCeiling extends QuotaAmounts {
  readonly grant: string
}

/** Every commit that lets something grow relies on the quotas it falls under: who changes one stops all that are under way. */
export interface QuotaRow extends QuotaLimits {
  /** By writer, as the keys of `usageShares` have them: the period, a slash and the name. */
  readonly ceilings: Readonly<Record<string, QuotaCeiling>>
}

export type QuotaScope = 'bucket' | 'account'

/** Of buckets by their ids, and of accounts: what all their buckets hold together. */
export const quotas = defineTable<[scope: QuotaScope, id: string], QuotaRow>(91, 'quotas')
