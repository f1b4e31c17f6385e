import { hash } from 'node:crypto'

/** Tells materials of symmetric keys apart: 64 hex digits. */
export function materialIdOf(keyId: string, version: number): string {
  return hash('sha256', `${keyId} ${version}`, 'hex')
}
