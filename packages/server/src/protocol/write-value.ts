import type { ValueModel } from '../model/operation-model.ts'
import { formatHttpDate, formatIsoDate } from './timestamps.ts'

/** Makes the text of a value. */
export type ValueWriter = (value: unknown) => string

/** The writer of a value that is one piece of text, wherever it stands. */
export function valueWriter(value: ValueModel): ValueWriter {
  if (value.type === 'timestamp') {
    return value.format === 'http'
      ? (date) => formatHttpDate(date as Date)
      : (date) => formatIsoDate(date as Date)
  }
  if (value.type === 'blob') return (bytes) => Buffer.from(bytes as Uint8Array).toString('base64')
  return String
}
