/**
 * `unavailable`: the key service cannot be reached or cannot work now; the same call may succeed later.
 * `refused`: it answers, and will not: wrong credentials, no such key, a context that differs, damaged bytes.
 */
export type KeyServiceFaultKind = 'unavailable' | 'refused'

/** The only error that key-management engines throw. */
export class KeyServiceFault extends Error {
  override readonly name = 'KeyServiceFault'
  readonly kind: KeyServiceFaultKind

  constructor(kind: KeyServiceFaultKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
