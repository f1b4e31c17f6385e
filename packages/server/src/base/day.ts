export const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/** How many days a month has. `month`: from 1 on. */
export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
