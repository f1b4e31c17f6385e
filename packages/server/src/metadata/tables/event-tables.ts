import { defineTable } from '../table.ts'

/** An event as a destination will get it. */
export interface OutboxRow {
  /** Events of one key are told in their order. */
  readonly bucketId: string
  readonly key: string
  readonly createdMilliseconds: number
  /** The whole document. */
  readonly message: string
  /** It waits to be replicated, and was told to be late. */
  readonly isLate?: true | undefined
}

/** What happens at a moment: a restoration is done, or its copy goes. */
export type RestoreMoment = 'completed' | 'expired'

export interface RestoreMomentRow {
  readonly bucketName: string
}

/** What destinations have yet to be told, oldest first; written in the commit of what happened. */
export const outbox = defineTable<[destination: string, sequence: string], OutboxRow>(32, 'outbox')

/** What time alone will bring. A moment counts only while the version says the same. */
export const restoreMoments = defineTable<
  [atMilliseconds: number, bucketId: string, key: string, versionId: string, moment: RestoreMoment],
  RestoreMomentRow
>(33, 'restoreMoments')
