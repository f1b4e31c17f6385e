import type { RootDatabase } from 'lmdb'

/** Set in the note of a write that lmdb's thread has done and the main thread has seen. */
const FINISHED = 0x1000000

/** What lmdb notes of a write until it has settled. Each knows the one behind it, the first of a transaction that of the next. */
interface WriteNote {
  readonly flag: number
  next: WriteNote | null
  nextTxn?: WriteNote | undefined
}

/** The notes of one transaction, without the last, which is the first of the next. */
interface NotesOfCommit {
  readonly next: WriteNote
  readonly last: WriteNote
}

/**
 * Unlinks what lmdb has noted of writes that have settled. One such note that has got among what V8 rarely looks through would
 * keep all younger ones there, though nobody knows it any more: that was half of what each PUT left for the slow collections.
 */
export function unlinkSettledNotes(database: Pick<RootDatabase, 'on'>): void {
  let settled: NotesOfCommit | undefined
  // lmdb goes through the notes of a commit after it has told of it, so it is those of the one before that are unlinked.
  database.on('aftercommit', (notes: NotesOfCommit) => {
    if (settled) unlink(settled)
    settled = notes
  })
}

function unlink({ next: first, last }: NotesOfCommit): void {
  for (let note: WriteNote | null = first; note && note !== last && note.flag & FINISHED;) {
    const { next }: WriteNote = note
    note.next = null
    if (note.nextTxn) note.nextTxn = undefined
    note = next
  }
}
