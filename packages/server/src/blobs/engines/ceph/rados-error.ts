import { getSystemErrorName } from 'node:util'

/** What librados reported, by the name that the system has for it: `ENOENT`, say. */
export class RadosError extends Error {
  override readonly name = 'RadosError'
  readonly code: string

  constructor(result: number) {
    const code = nameOf(result)
    super(MEANINGS.get(code) ?? code)
    this.code = code
  }
}

/** Why a write that expected something of an object did not find it so. */
const CHANGED = new Set(['EEXIST', 'ERANGE', 'EOVERFLOW', 'ENOENT'])

/** Whether an object was not as a write expected it to be. */
export function isChanged(error: unknown): boolean {
  return error instanceof RadosError && CHANGED.has(error.code)
}

export function isAbsent(error: unknown): boolean {
  return error instanceof RadosError && error.code === 'ENOENT'
}

/** Whether Ceph takes nothing from this client any more (its "blocklist"): a new one may do. */
export function isShutOut(error: unknown): boolean {
  return error instanceof RadosError && error.code === 'ESHUTDOWN'
}

const MEANINGS = new Map([
  ['ETIMEDOUT', 'Ceph gave no answer in time (ETIMEDOUT)'],
  ['ENOSPC', 'Ceph is full (ENOSPC)'],
  ['EDQUOT', 'the pool has reached its quota (EDQUOT)'],
  ['EACCES', 'Ceph does not know the user or its key (EACCES)'],
  ['EPERM', 'the user may not do this in the pool (EPERM)'],
  ['ESHUTDOWN', 'Ceph has shut this client out (ESHUTDOWN)'],
])

function nameOf(result: number): string {
  try {
    return getSystemErrorName(result)
  } catch {
    return `error ${-result}`
  }
}
