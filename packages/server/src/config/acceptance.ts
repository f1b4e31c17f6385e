/** What an operator may accept at one start, because it cannot be had back (docs/operations.md). */
export const ACCEPTANCES = ['older-metadata', 'lost-blobs', 'lost-keys', 'moved-store', 'copy'] as const

export type Acceptance = (typeof ACCEPTANCES)[number]
