/** A moment as SigV4 writes it. */
export interface Timestamp {
  /** `YYYYMMDDTHHMMSSZ`, as it stands in the string to sign. */
  readonly text: string
  readonly milliseconds: number
}

const BASIC = /^\d{8}T\d{6}Z$/

/** Reads ISO 8601 basic format in UTC, `YYYYMMDDTHHMMSSZ`; `undefined` where it is none or no such moment exists. */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (!BASIC.test(text)) return undefined
  const digits = (start: number, end: number): number => Number(text.slice(start, end))
  const day = digits(6, 8)
  const [hour, minute, second] = [digits(9, 11), digits(11, 13), digits(13, 15)]
  const milliseconds = Date.UTC(digits(0, 4), digits(4, 6) - 1, day, hour, minute, second)
  // Date.UTC carries over what is too large: the 31st of June would be the 1st of July.
  if (hour > 23 || minute > 59 || second > 59 || new Date(milliseconds).getUTCDate() !== day) return undefined
  return { text, milliseconds }
}

/** Reads a `Date` header: ISO 8601 basic format, or the form of HTTP (`Fri, 24 May 2013 00:00:00 GMT`). */
export function parseDateHeader(text: string): Timestamp | undefined {
  if (!/ (?:GMT|[+]0000)$/.test(text)) return parseTimestamp(text)
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) return undefined
  return { text: isoSeconds(milliseconds).replaceAll(/[-:]/g, ''), milliseconds }
}

/** `2013-05-24T00:00:00Z`: the form of times in S3's error documents. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
