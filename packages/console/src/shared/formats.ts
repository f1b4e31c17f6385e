import { commonTexts } from '../texts/common.ts'

/** `1.5 MiB`. */
export function sizeText(sizeBytes: number): string {
  const { unit, bytes } = sizeUnit(sizeBytes)
  const value = sizeBytes / bytes
  const format = bytes === 1 || value >= 100 ? WHOLE : TENTHS
  return commonTexts.bytes(format.format(value), unit)
}

/** In which a size is told, and how many bytes that is. */
export function sizeUnit(sizeBytes: number): { readonly unit: string; readonly bytes: number } {
  let bytes = 1
  let at = 0
  while (sizeBytes / bytes >= 1024 && at < commonTexts.units.length - 1) {
    bytes *= 1024
    at += 1
  }
  return { unit: commonTexts.units[at] ?? '', bytes }
}

// Made once: making one costs more than all else of a row.
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const TENTHS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const EXACT_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** With seconds, where what was made one after the other stands together. */
export function exactTimeText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : EXACT_TIME.format(date)
}

/** In the reader's own language and time zone. */
export function timeText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : TIME.format(date)
}
