/** A raw query, with the signature that makes it one of a presigned URL taken out. */
export interface QueryApart {
  readonly others: string
  /** Where it is one for its form; any other stands among the others, and so does a second. */
  readonly signature: string | undefined
}

const SIGNATURE = 'X-Amz-Signature='
const SIGNATURE_LENGTH = 64

/** URLs that were presigned together have all but path and signature in common: the same text is the same object. */
let last: QueryApart & { readonly query: string } = { query: '', others: '', signature: undefined }

/** Takes it out wherever it stands. */
export function signatureApart(query: string): QueryApart {
  if (query === last.query) return last
  const start = startOfSignature(query)
  const signature = start === undefined ? undefined : query.slice(start, start + SIGNATURE_LENGTH)
  const others = start === undefined ? query : without(query, start)
  last = { query, others: others === last.others ? last.others : others, signature }
  return last
}

function startOfSignature(query: string): number | undefined {
  // Most clients put it at the end.
  const atEnd = query.length - SIGNATURE.length - SIGNATURE_LENGTH
  const at = query.startsWith(SIGNATURE, atEnd) ? atEnd : query.indexOf(SIGNATURE)
  if (at === -1 || (at > 0 && query[at - 1] !== '&')) return undefined
  const start = at + SIGNATURE.length
  const end = start + SIGNATURE_LENGTH
  if (end < query.length && query[end] !== '&') return undefined
  return /^[\da-f]{64}$/.test(query.slice(start, end)) ? start : undefined
}

function without(query: string, start: number): string {
  const nameStart = start - SIGNATURE.length
  const end = start + SIGNATURE_LENGTH
  return nameStart === 0 ? query.slice(end + 1) : query.slice(0, nameStart - 1) + query.slice(end)
}
