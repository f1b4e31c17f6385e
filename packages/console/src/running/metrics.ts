export interface Metrics {
  readonly time: string
  readonly families: readonly {
    readonly name: string
    readonly samples: readonly {
      readonly name: string
      readonly labels: Readonly<Record<string, string>>
      readonly value: number
    }[]
  }[]
}

type Labels = Readonly<Record<string, string>>

/** The sum of the samples of a name, of all processes, that the filter lets through. */
export function sumOf(
  { families }: Metrics,
  name: string,
  filter: (labels: Labels) => boolean = () => true,
): number {
  let sum = 0
  for (const family of families)
    for (const sample of family.samples)
      if (sample.name === name && filter(sample.labels)) sum += sample.value
  return sum
}

/** What was counted between two moments, per second; a count that a restart set back begins at nothing. */
export function ratePerSecond(
  before: Metrics,
  after: Metrics,
  name: string,
  filter?: (labels: Labels) => boolean,
): number {
  const seconds = (Date.parse(after.time) - Date.parse(before.time)) / 1000
  const grown = sumOf(after, name, filter) - sumOf(before, name, filter)
  return seconds > 0 ? Math.max(0, grown) / seconds : 0
}

/**
 * The duration, in seconds, below which `share` of the requests between two moments were; the upper end of its bucket.
 * `undefined` where there were none.
 */
export function quantile(before: Metrics, after: Metrics, name: string, share: number): number | undefined {
  const counts = new Map<number, number>()
  const add = (metrics: Metrics, sign: number): void => {
    for (const { samples } of metrics.families)
      for (const { name: sample, labels, value } of samples)
        if (sample === `${name}_bucket`) {
          const end = labels['le'] === '+Inf' ? Infinity : Number(labels['le'])
          counts.set(end, (counts.get(end) ?? 0) + sign * value)
        }
  }
  add(after, 1)
  add(before, -1)
  const ends = [...counts].sort(([a], [b]) => a - b)
  const all = ends.at(-1)?.[1] ?? 0
  return all > 0 ? ends.find(([, count]) => count >= all * share)?.[0] : undefined
}
