/** The condition keys of when and where a request is made, which every service has. */
export function momentKeys(now: Date, region: string): (readonly [key: string, value: string])[] {
  return [
    ['aws:CurrentTime', now.toISOString()],
    ['aws:EpochTime', String(Math.floor(now.getTime() / 1000))],
    ['aws:RequestedRegion', region],
  ]
}
