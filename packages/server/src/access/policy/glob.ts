import { GlobAutomaton } from './glob-automaton.ts'
import { ANY, type GlobPart, STAR } from './glob-part.ts'

export type GlobMatcher = (text: string) => boolean

/** Up to here looking for each pattern by itself, as strings, costs less, and can cost only so much. */
const MOST_ALONE = 8
const LONGEST_ALONE = 128

/**
 * Whether one of the patterns matches. No pattern and text make it slow: a text costs as many steps as it has characters
 * for each 32 characters of all patterns together, at the most; plain texts among them cost nothing more, however many.
 */
export function compileGlobs(patterns: readonly (readonly GlobPart[])[]): GlobMatcher {
  const wild = patterns.filter((parts) => parts.some(isWild))
  const plain = patterns.filter((parts) => !parts.some(isWild)).map((parts) => parts.join(''))
  const matchesPlain = compilePlain(plain)
  if (wild.length === 0) return matchesPlain
  const matchesWild = compileWild(wild)
  return plain.length === 0 ? matchesWild : (text) => matchesPlain(text) || matchesWild(text)
}

function compilePlain(texts: readonly string[]): GlobMatcher {
  const [first] = texts
  if (texts.length === 1) return (text) => text === first
  const all = new Set(texts)
  return (text) => all.has(text)
}

function compileWild(patterns: readonly (readonly GlobPart[])[]): GlobMatcher {
  const together = compileTogether(patterns)
  if (patterns.length > MOST_ALONE || patterns.some((parts) => parts.includes(ANY))) return together
  const alone = patterns.map((parts) => compileStretches(stretchesOf(parts)))
  const matchesAlone: GlobMatcher = (text) => {
    for (const matches of alone) if (matches(text)) return true
    return false
  }
  // Nothing is looked for between the first and the last stretch.
  if (patterns.every((parts) => stretchesOf(parts).length <= 2)) return matchesAlone
  return (text) => (text.length <= LONGEST_ALONE ? matchesAlone(text) : together(text))
}

/** The resources of a statement begin alike: that much is held against the text once. */
function compileTogether(patterns: readonly (readonly GlobPart[])[]): GlobMatcher {
  const start = commonStart(patterns)
  const cut = (parts: readonly GlobPart[]): GlobPart[] =>
    parts.map((part, index) => (index === 0 && typeof part === 'string' ? part.slice(start.length) : part))
  let automaton: GlobAutomaton | undefined
  return (text) => {
    if (!text.startsWith(start)) return false
    automaton ??= new GlobAutomaton(patterns.map(cut))
    return automaton.matches(text.slice(start.length))
  }
}

function commonStart(patterns: readonly (readonly GlobPart[])[]): string {
  const starts = patterns.map(([first]) => (typeof first === 'string' ? first : ''))
  let [common = ''] = starts
  for (const start of starts) {
    let length = 0
    while (length < common.length && common[length] === start[length]) length++
    // No character is cut in two.
    if (/[\ud800-\udbff]$/.test(common.slice(0, length))) length--
    common = common.slice(0, length)
  }
  return common
}

/** Each stretch between stars is looked for once, from where the one before it ended. */
function compileStretches([first = '', ...rest]: readonly string[]): GlobMatcher {
  const last = rest.pop() ?? ''
  if (rest.length === 0 && last === '') return (text) => text.startsWith(first)
  return (text) => {
    if (text.length < first.length + last.length) return false
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    const end = text.length - last.length
    let position = first.length
    for (const stretch of rest) {
      const found = text.indexOf(stretch, position)
      if (found === -1) return false
      position = found + stretch.length
    }
    return position <= end
  }
}

/** What is between the stars. */
function stretchesOf(parts: readonly GlobPart[]): string[] {
  const stretches = ['']
  for (const part of parts) {
    if (part === STAR) stretches.push('')
    else stretches.push(`${stretches.pop()}${String(part)}`)
  }
  return stretches
}

function isWild(part: GlobPart): boolean {
  return typeof part !== 'string'
}
