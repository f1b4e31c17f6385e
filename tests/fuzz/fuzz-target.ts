/** A parser to be fuzzed, and what must hold of it whatever it is given. */
export interface FuzzTarget {
  /** Where a run begins when there is no corpus yet. Text stands for its Latin-1 bytes. */
  readonly seeds: readonly string[]
  /** What a mutation may put in, besides the words of the code itself. */
  readonly words?: readonly string[]
  readonly mostBytes?: number
  /** Branches that may be taken for each byte, before an input counts as one that costs too much. */
  readonly mostStepsPerByte?: number
  /** Throws where something does not hold. */
  readonly run: (bytes: Buffer) => void | Promise<void>
}

/** What a parser made of an input: a value, or an error of a kind that it may throw. */
export type Outcome<Value> =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: Error }

/** Anything that `isExpected` does not know is thrown on, as a find. */
export function outcomeOf<Value>(parse: () => Value, isExpected: (error: Error) => boolean): Outcome<Value> {
  try {
    return { value: parse() }
  } catch (error) {
    if (error instanceof Error && isExpected(error)) return { error }
    throw error
  }
}

export async function laterOutcomeOf<Value>(
  parse: () => Promise<Value>,
  isExpected: (error: Error) => boolean,
): Promise<Outcome<Value>> {
  try {
    return { value: await parse() }
  } catch (error) {
    if (error instanceof Error && isExpected(error)) return { error }
    throw error
  }
}

/** The text of an input, a byte a character: so the corpus can be read, and headers arrive like this. */
export function latin1(bytes: Buffer): string {
  return bytes.toString('latin1')
}

/** Splits off the first line, which a target may take its settings from. */
export function firstLine(bytes: Buffer): [line: string, rest: Buffer] {
  const end = bytes.indexOf(0x0a)
  return end < 0
    ? [latin1(bytes), bytes.subarray(bytes.length)]
    : [latin1(bytes.subarray(0, end)), bytes.subarray(end + 1)]
}
