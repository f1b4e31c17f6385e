/** A place in a text; lines and columns are counted from 1. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

export interface StatementPlace {
  readonly start: TextPlace
  /** Just behind the statement. */
  readonly end: TextPlace
}

/** Strings and signs; the rest of a JSON text does not matter here. */
const TOKEN = /"(?:[^"\\]+|\\.)*"|[[\]{}:,]/gs

/**
 * Where each statement of a policy stands in its text, which has to be one that was taken for a policy. As AWS tells it: one
 * in a list begins just behind the bracket or comma before it. Source: AWS CLI, the examples of `simulate-principal-policy`.
 */
export function statementPlaces(text: string): readonly StatementPlace[] {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  const placeOf = placesFrom(lineStarts)
  return statementSpans(text).map(([start, end]) => ({ start: placeOf(start), end: placeOf(end) }))
}

type Span = readonly [start: number, end: number]

function statementSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  let depth = 0
  let name = ''
  let start = 0
  /** How deep statements stand: 1 where there is one alone, 2 in a list; 0 elsewhere. */
  let home = 0
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (depth === 1 && name === 'Statement') {
        home = token === '{' ? 1 : 2
        start = token === '{' ? index : index + 1
      }
      depth++
    } else if (token === '}' || token === ']') {
      depth--
      if (token === '}' && home > 0 && depth === home) spans.push([start, index + 1])
    } else if (token === ',') {
      if (depth === 2 && home === 2) start = index + 1
      if (depth === 1) [name, home] = ['', 0]
    } else if (depth === 1 && name === '' && token !== ':') {
      name = JSON.parse(token) as string
    }
  }
  return spans
}

/** Of one offset after the other, none before the last: a text may have as many lines as statements. */
function placesFrom(lineStarts: readonly number[]): (offset: number) => TextPlace {
  let line = 0
  return (offset) => {
    while ((lineStarts[line + 1] ?? Infinity) <= offset) line++
    return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 }
  }
}
