type Entry = readonly [key: string, value: string | undefined]

/**
 * The condition keys of when and where a request is made, which every service has. `isViaService`: another service makes it for
 * the caller. Source: IAM User Guide, "AWS global condition context keys", for these and the next.
 */
export function momentKeys(now: Date, region: string, isViaService = false): Entry[] {
  return [
    ['aws:CurrentTime', now.toISOString()],
    ['aws:EpochTime', String(Math.floor(now.getTime() / 1000))],
    ['aws:RequestedRegion', region],
    ['aws:ViaAWSService', String(isViaService)],
  ]
}

/** Where a request came from. */
export interface RequestOrigin {
  readonly remoteAddress: string | undefined
  readonly isSecure: boolean
}

/** The condition keys of the connection and of who says to be at its other end, which every service has. */
export function connectionKeys(
  { remoteAddress, isSecure }: RequestOrigin,
  headers: Readonly<Record<string, string | undefined>>,
): Entry[] {
  return [
    ['aws:SourceIp', remoteAddress],
    ['aws:SecureTransport', String(isSecure)],
    ['aws:Referer', headers['referer']],
    ['aws:UserAgent', headers['user-agent']],
  ]
}
