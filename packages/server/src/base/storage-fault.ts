/**
 * What can go wrong below the S3 line. `clock`: that of this machine is not to be trusted. `full`: no space left. `readOnly`: the file system takes no writes. `corrupt`: the
 * bytes are not what was written. `away`: the disk that they are on is not there now. `busy`: as many files are open as may
 * be.
 */
export type StorageFaultKind = 'corrupt' | 'full' | 'readOnly' | 'unavailable' | 'away' | 'busy' | 'clock'

/** Somebody makes room, or puts the disk back. */
const PASSING: ReadonlySet<StorageFaultKind> = new Set(['full', 'readOnly', 'away', 'clock'])

const KINDS = new Map<string | undefined, StorageFaultKind>([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EFBIG', 'full'],
  ['EROFS', 'readOnly'],
  ['EMFILE', 'busy'],
  ['ENFILE', 'busy'],
])

const FORBIDDEN = new Set<string | undefined>(['EACCES', 'EPERM'])

/** The only error that metadata and blob engines throw for a failing disk or network; mapped to S3 in one place. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault'
  readonly kind: StorageFaultKind
  /** What it comes from is known to pass by itself, a connection that was cut, say: worth another try. */
  readonly passes: boolean

  constructor(kind: StorageFaultKind, message: string, options?: { cause?: unknown; passes?: boolean }) {
    super(message, options)
    this.kind = kind
    this.passes = options?.passes ?? PASSING.has(kind)
  }

  /** Wraps an error of the operating system: ENOSPC, EDQUOT and EFBIG are `full`, EROFS `readOnly`, EMFILE and ENFILE `busy`, all else `unavailable`. */
  static from(cause: unknown, doing: string): StorageFault {
    if (cause instanceof StorageFault) return cause
    const kind = KINDS.get(errorCode(cause)) ?? 'unavailable'
    return new StorageFault(kind, `${doing}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

/** Whether the system does not let this user. */
export function isForbidden(error: unknown): boolean {
  return FORBIDDEN.has(errorCode(error))
}

/** The `code` of a Node.js system error, for example `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
