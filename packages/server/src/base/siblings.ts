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

/** What processes ask each other; questions and answers survive JSON. */
export interface SiblingAnswers {
  /** What it counts. */
  metrics(): readonly MetricFamily[]
  /** A request that it refused lately, by its id; `undefined` where it knows of none. */
  denial(requestId: string): object | undefined
}

/** The processes that serve one address: whichever is asked tells what all know. */
export interface Siblings {
  /** The name of this process among them. */
  readonly name: string
  /** What the others answer, by their names; `undefined` of one that does not in time. */
  ask<Kind extends keyof SiblingAnswers>(
    kind: Kind,
    ...question: Parameters<SiblingAnswers[Kind]>
  ): Promise<ReadonlyMap<string, ReturnType<SiblingAnswers[Kind]> | undefined>>
  /** Says what the others are answered. */
  answerWith(answers: SiblingAnswers): void
}
