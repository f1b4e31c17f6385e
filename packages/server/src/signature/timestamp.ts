/** A moment as SigV4 writes it. */
export interface Timestamp {
  /** `YYYYMMDDTHHMMSSZ`, as it stands in the string to sign. */
  readonly text: string
  readonly milliseconds: number
}

const BASIC = /^\d{8}T\d{6}Z$/
const HTTP = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|[+]0000)$/

/** The one that was read last: requests that come at the same time were signed in the same second. */
let last: Timestamp | undefined

/** Reads ISO 8601 basic format in UTC, `YYYYMMDDTHHMMSSZ`; `undefined` where it is none or no such moment exists. */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (last?.text === text) return last
  const timestamp = readBasic(text)
  if (timestamp) last = timestamp
  return timestamp
}

function readBasic(text: string): Timestamp | undefined {
  if (!BASIC.test(text)) return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const day = twoDigits(text, 6)
  const hour = twoDigits(text, 9)
  const minute = twoDigits(text, 11)
  const second = twoDigits(text, 13)
  const month = twoDigits(text, 4)
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC carries over what is too large: the 31st of June would be the 1st of July.
  const inEveryMonth = day >= 1 && day <= 28
  if (!inEveryMonth && new Date(milliseconds).getUTCDate() !== day) return undefined
  return { text, milliseconds }
}

function twoDigits(text: string, start: number): number {
  return (text.charCodeAt(start) - 48) * 10 + text.charCodeAt(start + 1) - 48
}

/** Reads a `Date` header: ISO 8601 basic format, or the form of HTTP (`Fri, 24 May 2013 00:00:00 GMT`). */
export function parseDateHeader(text: string): Timestamp | undefined {
  if (!HTTP.test(text)) return parseTimestamp(text)
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) return undefined
  return { text: isoSeconds(milliseconds).replaceAll(/[-:]/g, ''), milliseconds }
}

/** The forms of RFC 2616, 3.3.1, and of RFC 1123 with any zone, as scripts around `date -R` send it. */
const ANY_FORM = [
  /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
]

/** Reads the time of a request that is signed with Version 2, in more forms than Version 4 has. */
export function parseAnyDate(text: string): Timestamp | undefined {
  if (!ANY_FORM.some((form) => form.test(text))) return parseDateHeader(text)
  const milliseconds = Date.parse(/\d{4}$/.test(text) && !/[+-]\d{4}$/.test(text) ? `${text} GMT` : text)
  return Number.isNaN(milliseconds) ? undefined : { text, milliseconds }
}

/** `2013-05-24T00:00:00Z`: the form of times in S3's error documents. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
