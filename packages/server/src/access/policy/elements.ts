import { PolicyError, syntaxError } from './policy-error.ts'

export type Elements = Readonly<Record<string, unknown>>

export function isElements(value: unknown): value is Elements {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function refuseUnknown(elements: Elements, known: ReadonlySet<string>): void {
  for (const name of Object.keys(elements)) {
    if (!known.has(name)) throw new PolicyError(`Unknown field ${name}`)
  }
}

/** A text or a list of them; `undefined` where it is neither. Conditions may write numbers and truth values bare. */
export function textsOf(value: unknown, allowBare = false): readonly string[] | undefined {
  const texts = Array.isArray(value) ? (value as unknown[]) : [value]
  const isText = (text: unknown): boolean =>
    typeof text === 'string' || (allowBare && (typeof text === 'number' || typeof text === 'boolean'))
  return texts.every(isText) ? texts.map(String) : undefined
}

/** Of each statement of a document, which has to be one that was taken for a policy. */
export function statementElements({ Statement }: Elements): readonly Elements[] {
  return (Array.isArray(Statement) ? Statement : [Statement]) as readonly Elements[]
}

/** Which of an element and its `Not…` a statement has. It must have one and cannot have both. */
export function eitherOf(
  elements: Elements,
  name: string,
): { readonly value: unknown; readonly negated: boolean } {
  const value = elements[name]
  const negatedValue = elements[`Not${name}`]
  if (value === undefined && negatedValue === undefined)
    throw new PolicyError(`Missing required field ${name}`)
  if (value !== undefined && negatedValue !== undefined) throw syntaxError()
  return value === undefined ? { value: negatedValue, negated: true } : { value, negated: false }
}
