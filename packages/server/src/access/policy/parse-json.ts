import { PolicyError } from './policy-error.ts'

/** A member name or a sign of JSON that is known to be valid. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gy
const BETWEEN = /[^"{}[\]:]*/y

/** Reads a policy's text. Throws a PolicyError for what is not a JSON object, or names a member twice. */
export function parseJson(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) {
    throw new PolicyError("Policies must be valid JSON and the first byte must be '{'")
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidJson()
  }
  if (namesTwice(text)) throw invalidJson()
  return value as Record<string, unknown>
}

/** JSON.parse lets the last of two members win, and so a condition could get lost unseen. */
function namesTwice(text: string): boolean {
  const objects: (Set<string> | undefined)[] = []
  let latest = ''
  for (const token of tokensOf(text)) {
    if (token === '{') objects.push(new Set())
    else if (token === '[') objects.push(undefined)
    else if (token === '}' || token === ']') objects.pop()
    else if (token === ':') {
      const names = objects.at(-1)
      const name = JSON.parse(latest) as string
      if (names?.has(name)) return true
      names?.add(name)
    }
    latest = token
  }
  return false
}

function* tokensOf(text: string): Generator<string> {
  let position = 0
  while (position < text.length) {
    BETWEEN.lastIndex = position
    TOKEN.lastIndex = position + (BETWEEN.exec(text)?.[0].length ?? 0)
    const token = TOKEN.exec(text)?.[0]
    if (token === undefined) return
    yield token
    position = TOKEN.lastIndex
  }
}

function invalidJson(): PolicyError {
  return new PolicyError('This policy contains invalid Json')
}
