/** A string of a JSON text in which a place is. */
export interface JsonPlace {
  /** Names of members from the root down to it; lists leave no trace. */
  readonly path: readonly string[]
  /** Whether it is the name of a member. */
  readonly isKey: boolean
  /** Of what stands between its quotes. */
  readonly start: number
  readonly end: number
}

interface Container {
  readonly isObject: boolean
  /** The member that is being written. */
  key: string | undefined
  isBeforeKey: boolean
}

/** The string around `caret`, also where the text is not finished; `undefined` where it is in none. */
export function stringAt(text: string, caret: number): JsonPlace | undefined {
  const open: Container[] = []
  for (let index = 0; index < caret; index++) {
    const character = text[index]
    const top = open.at(-1)
    if (character === '"') {
      const end = endOfString(text, index + 1)
      const isKey = top?.isBeforeKey ?? false
      if (caret <= end) return { path: pathOf(open), isKey, start: index + 1, end }
      if (top && isKey) top.key = text.slice(index + 1, end)
      index = end
    } else if (character === '{' || character === '[') {
      const isObject = character === '{'
      open.push({ isObject, key: undefined, isBeforeKey: isObject })
    } else if (character === '}' || character === ']') open.pop()
    else if (character === ':' && top) top.isBeforeKey = false
    else if (character === ',' && top?.isObject) Object.assign(top, { key: undefined, isBeforeKey: true })
  }
  return undefined
}

/** Of the closing quote, or of the line where there is none. */
function endOfString(text: string, start: number): number {
  let end = start
  while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
  return Math.min(end, text.length)
}

function pathOf(open: readonly Container[]): string[] {
  return open.flatMap(({ key }) => (key === undefined ? [] : [key]))
}
