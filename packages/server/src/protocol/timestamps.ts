const iso = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|[+-]\d{2}:\d{2}))?$/
const http = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]0000)$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
]
const asctime = 2

/** A date of ISO 8601, alone or with a time of day and its zone. `undefined` where it is not one. */
export function parseIsoDate(text: string): Date | undefined {
  const match = iso.exec(text)
  if (match === null) return undefined
  const date = new Date(text)
  // `Date` rolls the 31st of a short month over.
  const day = Number(match[3])
  const isReal = day <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate()
  return isReal && !Number.isNaN(date.getTime()) ? date : undefined
}

/** A date in any of the three forms of RFC 9110, "Date/Time Formats". `undefined` where it is not one. */
export function parseHttpDate(text: string): Date | undefined {
  const form = http.findIndex((pattern) => pattern.test(text))
  if (form < 0) return undefined
  const date = new Date(form === asctime ? `${text} GMT` : text)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Seconds count, as in `Fri, 01 Jan 2038 12:00:00 GMT`. */
export function formatHttpDate(date: Date): string {
  return date.toUTCString()
}

/** With milliseconds, as in `2009-10-12T17:50:30.000Z`. */
export function formatIsoDate(date: Date): string {
  return date.toISOString()
}
