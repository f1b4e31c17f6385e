/** What the parameters of a presigned URL are, but for those that are headers. */
export type PresignedMember =
  | 'algorithm'
  | 'credential'
  | 'date'
  | 'directoryToken'
  | 'expires'
  | 'payloadHash'
  | 'sessionToken'
  | 'signature'
  | 'signedHeaders'

/**
 * What the parameter whose name stands at `start` of a text is. Names are compared where they stand: what is cut out of a text
 * V8 compares by a call, and a map would have it intern each.
 */
export function presignedMember(text: string, start: number, end: number): PresignedMember | undefined {
  switch (end - start) {
    case 10:
      return text.startsWith('X-Amz-Date', start) ? 'date' : undefined
    case 13:
      return text.startsWith('X-Amz-Expires', start) ? 'expires' : undefined
    case 15:
      if (text.startsWith('X-Amz-Algorithm', start)) return 'algorithm'
      return text.startsWith('X-Amz-Signature', start) ? 'signature' : undefined
    case 16:
      return text.startsWith('X-Amz-Credential', start) ? 'credential' : undefined
    case 19:
      return text.startsWith('X-Amz-SignedHeaders', start) ? 'signedHeaders' : undefined
    case 20:
      if (text.startsWith('X-Amz-Content-Sha256', start)) return 'payloadHash'
      return text.startsWith('X-Amz-Security-Token', start) ? 'sessionToken' : undefined
    case 21:
      // Of a session of a directory bucket; the SDKs write it in these ways.
      return isDirectoryTokenName(text.slice(start, end)) ? 'directoryToken' : undefined
    default:
      return undefined
  }
}

function isDirectoryTokenName(name: string): boolean {
  return name.toLowerCase() === 'x-amz-s3session-token'
}
