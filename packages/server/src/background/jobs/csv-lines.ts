/** What may be read of a text, or of several one after the other: `mostBytes` becomes less with what was. */
export interface ReadingLimits {
  mostBytes: number
  readonly mostLineCharacters: number
}

/** Bytes that are read without a pause. */
const PAUSE_BYTES = 1024 * 1024

/**
 * Lines of a text that comes in pieces, without their ends; empty ones are left out. `undefined` now and then, also where no line
 * comes for long: others may have their turn. Throws RangeError beyond the limits: what was packed may be without an end.
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  limits: ReadingLimits,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  let sincePause = 0
  for await (const piece of pieces) {
    limits.mostBytes -= piece.length
    if (limits.mostBytes < 0) throw new RangeError('the text is too long')
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > limits.mostLineCharacters) throw new RangeError('a line is too long')
    for (const line of lines) if (line.trim() !== '') yield line
    sincePause += piece.length
    if (sincePause < PAUSE_BYTES) continue
    sincePause = 0
    yield undefined
  }
  if (rest.trim() !== '') yield rest
}

/**
 * The fields of a line of CSV, quoted or not, without the white space around them. `undefined` where it is none. By hand: a pattern
 * that leaves out white space goes back over it again and again, and the line is whoever's.
 */
export function fieldsOf(line: string): readonly string[] | undefined {
  const fields: string[] = []
  for (let rest: string | undefined = line; rest !== undefined;) {
    const field: Field | undefined = firstField(rest)
    if (!field) return undefined
    fields.push(field.text)
    rest = field.rest
  }
  return fields
}

interface Field {
  readonly text: string
  /** Behind the comma; absent at the end of the line. */
  readonly rest: string | undefined
}

function firstField(line: string): Field | undefined {
  const start = line.trimStart()
  const length = start.startsWith('"') ? (/^(?:"[^"]*")+/.exec(start)?.[0].length ?? 0) : 0
  const comma = start.indexOf(',', length)
  const end = comma < 0 ? start.length : comma
  const rest = comma < 0 ? undefined : start.slice(comma + 1)
  if (length > 0)
    return start.slice(length, end).trim() === ''
      ? { text: start.slice(1, length - 1).replaceAll('""', '"'), rest }
      : undefined
  const text = start.slice(0, end)
  return text.includes('"') ? undefined : { text: text.trimEnd(), rest }
}
