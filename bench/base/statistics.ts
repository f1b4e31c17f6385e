/** The middle value; the mean of the two middle ones where their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN
  const high = sorted[Math.floor(sorted.length / 2)] ?? NaN
  return (low + high) / 2
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * The median of round-by-round quotients. Rounds of two contenders lie side by side in time, so a machine that is
 * slower for a while slows both and leaves their quotient alone.
 */
export function pairedRatio(values: readonly number[], floor: readonly number[]): number {
  return median(values.map((value, round) => value / (floor[round] ?? NaN)))
}
