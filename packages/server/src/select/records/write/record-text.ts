import { checkRecordSize, MAX_RECORD_BYTES, recordTooLong } from '../record-size.ts'

/** The text of a record that is being written; throws OverMaxRecordSize as soon as it is too long, since it may name one long value often. */
export class RecordText {
  #text = ''

  add(piece: string): void {
    if (this.#text.length + piece.length > MAX_RECORD_BYTES) throw recordTooLong()
    this.#text += piece
  }

  finish(): string {
    checkRecordSize(this.#text)
    return this.#text
  }
}
