/** Lines of a text that comes in pieces, without their ends; empty ones are left out. Throws for one that is too long to be of a manifest. */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  mostCharacters: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > mostCharacters) throw new RangeError('a line is too long')
    for (const line of lines) if (line.trim() !== '') yield line
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
