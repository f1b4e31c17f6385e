/** A metric and what was counted of it; survives JSON. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: MetricSample[]
}

interface MetricSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The processes that serve one address: whichever is asked for metrics tells those of all. */
export interface Siblings {
  /** The name of this process among them. */
  readonly name: string
  /** What the others count, by their names; `undefined` of one that does not answer in time. */
  ask(): Promise<ReadonlyMap<string, readonly MetricFamily[] | undefined>>
  /** Says what the others are answered. */
  answerWith(families: () => readonly MetricFamily[]): void
}
