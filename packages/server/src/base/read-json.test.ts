import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonFault, type JsonLimits, readJson } from './read-json.ts'

function faultIn(text: string | Uint8Array, limits?: JsonLimits): JsonFault | undefined {
  try {
    readJson(text, limits)
  } catch (error) {
    if (error instanceof JsonFault) return error
    throw error
  }
  return undefined
}

/** What the engine's own reader makes of a text; `undefined` where it takes none. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function spaced(json: string, blanks: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g, (token) => `${blanks}${token}${blanks}`)
}

const documents = fc.jsonValue({ depthSize: 'large', stringUnit: 'grapheme' })
const blanks = fc.stringMatching(/^[ \t\n\r]{0,3}$/)
/** Put together, nearly JSON. */
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '-',
  '1',
  ' ',
  '\n',
  "'",
  '.5',
  'e9',
  'e+',
  'true',
  'null',
  '"a"',
  '"\\u0061"',
  '"\\ud800"',
  'fals',
  '\u00a0',
  '\uFEFF',
  '/**/',
  '"__proto__"',
  '\u0000',
] as const
const nearly = fc.array(fc.constantFrom(...TOKENS), { maxLength: 12 }).map((tokens) => tokens.join(''))

/** Refused although JSON.parse takes it. */
const OWN_REASONS = /given twice|a string that is none|too large/

/** Whether both readers make the same of a text, as far as they are meant to. */
function agrees(text: string): boolean {
  const fault = faultIn(text)
  const known = parsed(text)
  if (!known) return fault !== undefined
  return fault
    ? OWN_REASONS.test(fault.reason)
    : JSON.stringify(readJson(text)) === JSON.stringify(known.value)
}

describe('readJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(documents, blanks, (value, between) => {
        const text = spaced(JSON.stringify(value), between)
        expect(JSON.stringify(readJson(text))).toBe(JSON.stringify(JSON.parse(text)))
        expect(JSON.stringify(readJson(Buffer.from(text)))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  it('takes no text that JSON.parse does not, and refuses others for its own reasons alone', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        expect(agrees(text)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses a member given twice, wherever it is put and however it is written', () => {
    const escaped = (name: string): string =>
      `"${Array.from({ length: name.length }, (_, index) => `\\u${name.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')}"`
    const names = fc.string({ unit: 'grapheme' })
    const depths = fc.array(fc.constantFrom('[', '{'), { maxLength: 20 })
    fc.assert(
      fc.property(names, fc.boolean(), depths, (name, isEscaped, around) => {
        const again = isEscaped ? escaped(name) : JSON.stringify(name)
        const open = around.map((sign) => (sign === '[' ? '[0,' : '{"a":0,"b":')).join('')
        const close = around.toReversed().map((sign) => (sign === '[' ? ']' : '}'))
        const text = `${open}{${JSON.stringify(name)}:1,"between":{},${again}:1}${close.join('')}`
        expect(parsed(text)).toBeDefined()
        expect(faultIn(text)?.reason).toBe('given twice')
      }),
    )
  })

  it.each([
    ['{"a":{"b":[{"c":1},{"c":1,"\\u0063":2}]}}', 'a.b[1].c: given twice', 26],
    ['{"__proto__":1,"__proto__":2}', '__proto__: given twice', 15],
    ['{"a":1} {"a":2}', 'more text after the end', 8],
    ['{"a":1}x', 'more text after the end', 7],
    ['[1,]', '[1]: expected a value, found "]"', 3],
    ['{"a":1,}', 'expected a name in double quotes, found "}"', 7],
    ['{"secret":"hunter2', 'secret: the text ends too early', 10],
    ['{"a":hunter2}', 'a: expected a value, found "h"', 5],
    ['"\\ud800"', 'a string that is none', 0],
    ['"a\nb"', 'a string that is none', 0],
    ['[1e999]', '[0]: a number too large', 1],
    ['01', 'more text after the end', 1],
    ['', 'the text ends too early', 0],
    ['// no\n1', 'expected a value, found "/"', 0],
  ])('refuses %s and names the place', (text, message, position) => {
    expect(faultIn(text)).toMatchObject({ message, position })
  })

  it('has bounds of depth and length', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(faultIn(nested(64))).toBeUndefined()
    expect(faultIn(nested(65))?.reason).toBe('nested too deeply')
    expect(faultIn('{"a":'.repeat(1_000_000), { mostLength: 10_000_000 })?.reason).toBe('nested too deeply')
    expect(faultIn(nested(3), { mostDepth: 2 })?.reason).toBe('nested too deeply')
    expect(faultIn('12345', { mostLength: 4 })?.reason).toBe('longer than 4 characters')
    expect(faultIn(' '.repeat(1024 * 1024 + 1))?.reason).toMatch(/longer/)
    expect(readJson(`"${'\\n'.repeat(400_000)}"`)).toHaveLength(400_000)
  })

  it('refuses bytes that are no UTF-8, and a byte order mark', () => {
    expect(faultIn(Buffer.from([0x22, 0xc3, 0x28, 0x22]))?.reason).toBe('not UTF-8')
    expect(faultIn(Buffer.from('\uFEFF{}'))?.reason).toMatch(/expected a value/)
  })

  it('gives objects that have nothing but their members', () => {
    const value = readJson('{"__proto__":{"isAdmin":true},"a":{}}') as Record<string, { isAdmin?: boolean }>
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
    expect(value['isAdmin']).toBeUndefined()
    expect(value['constructor']).toBeUndefined()
    expect({ ...value }.isAdmin).toBeUndefined()
    expect(JSON.stringify(value)).toBe('{"__proto__":{"isAdmin":true},"a":{}}')
  })
})
