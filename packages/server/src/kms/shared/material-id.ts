import { hash } from 'node:crypto'
import type { Key } from './resolve-key.ts'

/** Tells materials of symmetric keys apart: 64 hex digits. */
export function materialIdOf({ id, row }: Pick<Key, 'id' | 'row'>, version: number): string {
  return row.imports?.[version - 1]?.materialId ?? hash('sha256', `${id} ${version}`, 'hex')
}
