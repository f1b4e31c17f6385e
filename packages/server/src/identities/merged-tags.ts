import type { TagPairs } from '../metadata/tables/iam-tables.ts'

/** Tags of a session and of whom it is of, each key once, whatever its case: those of the session go first. */
export function mergedTags(ofSession: TagPairs, ofHolder: TagPairs): TagPairs {
  const taken = new Set(ofSession.map(([key]) => key.toLowerCase()))
  return [...ofSession, ...ofHolder.filter(([key]) => !taken.has(key.toLowerCase()))]
}
