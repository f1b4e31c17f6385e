import { ConfigError } from './config-error.ts'

/** `JSON.parse` whose error names the line and the column, and never quotes the text, which may hold secrets. */
export function parseJson(json: string, source: string): unknown {
  // Editors on Windows write a byte order mark, which JSON does not know.
  const text = json.startsWith('\uFEFF') ? json.slice(1) : json
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const message = `${reasonOf(error)}; the file must be JSON, without comments and trailing commas`
    throw new ConfigError(source, [{ path: placeOf(text, positionOf(text, error)), message }])
  }
}

function reasonOf(error: SyntaxError): string {
  return error.message
    .replace(/ in JSON at position .*$/s, '')
    .replace(/, (\.\.\.)?".*$/s, '')
    .replace(/^Unexpected end of JSON input$/, 'the text ends too early')
}

/** The engine leaves the position out of some of its messages. */
function positionOf(text: string, error: SyntaxError): number {
  const told = /at position (\d+)/.exec(error.message)?.[1]
  if (told !== undefined) return Number(told)
  if (!isUnexpectedToken(error)) return text.length
  let good = 0
  let bad = text.length
  // Every text that holds the bad token fails in the same way, no shorter one does.
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    if (failsAtToken(text.slice(0, middle))) bad = middle
    else good = middle
  }
  return good
}

function failsAtToken(text: string): boolean {
  try {
    JSON.parse(text)
    return false
  } catch (error) {
    return isUnexpectedToken(error)
  }
}

function isUnexpectedToken(error: unknown): boolean {
  return error instanceof SyntaxError && error.message.startsWith('Unexpected token')
}

function placeOf(text: string, position: number): string {
  const lines = text.slice(0, position).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
