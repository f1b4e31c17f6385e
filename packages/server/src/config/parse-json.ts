import { JsonFault, readJson } from '../base/read-json.ts'
import { ConfigError } from './config-error.ts'

/** Of a config with a hundred thousand accounts. */
const MOST_LENGTH = 64 * 1024 * 1024

/** Reads the JSON of a config. The error names line and column, and never quotes values, which may be secrets. */
export function parseJson(json: string, source: string): unknown {
  // Editors on Windows write a byte order mark, which JSON does not know.
  const text = json.startsWith('\uFEFF') ? json.slice(1) : json
  try {
    return readJson(text, { mostLength: MOST_LENGTH })
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    const message = `${error.message}; the file must be JSON, without comments, trailing commas and names given twice`
    throw new ConfigError(source, [{ path: placeOf(text, error.position), message }])
  }
}

function placeOf(text: string, position: number): string {
  const lines = text.slice(0, position).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
