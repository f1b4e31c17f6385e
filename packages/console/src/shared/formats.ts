import { commonTexts } from '../texts/common.ts'

/** `1.5 MiB`. */
export function sizeText(sizeBytes: number): string {
  let value = sizeBytes
  let unit = 0
  while (value >= 1024 && unit < commonTexts.units.length - 1) {
    value /= 1024
    unit += 1
  }
  const format = unit === 0 || value >= 100 ? WHOLE : TENTHS
  return commonTexts.bytes(format.format(value), commonTexts.units[unit] ?? '')
}

// Made once: making one costs more than all else of a row.
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const TENTHS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** In the reader's own language and time zone. */
export function timeText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : TIME.format(date)
}
