import { StorageFault } from '../base/storage-fault.ts'
import { decodeTuple } from './tuple.ts'

/** A row that is there and cannot be read: it costs what it is about, and nothing else. */
export class UnreadableRow extends StorageFault {
  readonly tableName: string
  readonly key: Uint8Array

  /** The reason is what comes behind "a row of that table". */
  constructor(tableName: string, key: Uint8Array, reason: string, options?: { cause?: unknown }) {
    super('corrupt', `a row of ${tableName} ${reason}: ${keyText(key)}`, options)
    this.tableName = tableName
    this.key = key
  }
}

/** A row's key as people can read it, without the table. */
export function keyText(key: Uint8Array): string {
  try {
    return JSON.stringify(decodeTuple(key).slice(1))
  } catch {
    return Buffer.from(key).toString('hex')
  }
}
