import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RequestHead } from '../base/request-head.ts'
import { CanonicalRequest, parseQuery } from './canonical-request.ts'
import { canonicalPath, canonicalQueryText } from './uri-encoding.ts'

/** AWS's UriEncode, word by word: the bytes of the text, all but the unreserved ones as %XX. */
function uriEncode(bytes: Uint8Array, keepSlash: boolean): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    if (/[A-Za-z0-9\-._~]/.test(character) || (keepSlash && character === '/')) return character
    return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

function lines(head: Partial<RequestHead>, signedHeaders: string[] = []): string[] {
  const whole = { method: 'GET', path: '/', query: '', headers: {}, ...head }
  const claim = { signedHeaders, payloadHash: 'HASH' }
  const request = new CanonicalRequest(whole, parseQuery(whole.query), claim)
  expect(request.digest).toBe(createHash('sha256').update(request.text, 'latin1').digest('hex'))
  return request.text.split('\n')
}

describe('the canonical path and query', () => {
  it('have one form for all spellings of the same bytes', () => {
    const spelt = fc.array(fc.tuple(fc.nat(255), fc.nat(2)), { maxLength: 30 }).map((bytes) => ({
      bytes: Buffer.from(bytes.map(([byte]) => byte)),
      text: bytes
        .map(([byte, how]) => {
          const hex = byte.toString(16).padStart(2, '0')
          const needed = byte === 0x25 || byte === 0x2b
          if (how === 0 && !needed) return String.fromCharCode(byte)
          return `%${how === 1 ? hex.toUpperCase() : hex}`
        })
        .join(''),
    }))
    fc.assert(
      fc.property(spelt, ({ bytes, text }) => {
        expect(canonicalPath(text)).toBe(uriEncode(bytes, true))
        expect(canonicalQueryText(text)).toBe(uriEncode(bytes, false))
      }),
    )
  })

  it('do not change when made again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(canonicalPath(canonicalPath(text))).toBe(canonicalPath(text))
        expect(canonicalQueryText(canonicalQueryText(text))).toBe(canonicalQueryText(text))
      }),
    )
  })

  it.each([
    ['%', '%25'],
    ['%4', '%254'],
    ['%zz', '%25zz'],
    ['a%2', 'a%252'],
    ['%%41', '%25A'],
    ['\xe9', '%E9'],
    ['日', '%E6%97%A5'],
  ])('take %j as %j', (raw, canonical) => {
    expect(canonicalPath(raw)).toBe(canonical)
  })
})

describe('the canonical query', () => {
  it.each([
    ['', ''],
    ['acl', 'acl='],
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1&a=', 'a=&a=1&a=2'],
    // By name first: as whole texts they would stand the other way round.
    ['a-b=1&a=2', 'a=2&a-b=1'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=b+c%2B', 'a=b%20c%2B'],
    ['&&', ''],
    ['=', '='],
    ['X-Amz-Signature=abc&X-Amz-Date=d', 'X-Amz-Date=d'],
  ])('of %j is %j', (query, canonical) => {
    expect(lines({ query })[2]).toBe(canonical)
  })
})

describe('the canonical headers', () => {
  it('are trimmed, their blanks collapsed', () => {
    const headers = { a: '  b   c  ', d: 'e\t f', g: '' }
    expect(lines({ headers }, ['a', 'd', 'g', 'missing'])).toEqual([
      'GET',
      '/',
      '',
      'a:b c',
      'd:e f',
      'g:',
      'missing:',
      '',
      'a;d;g;missing',
      'HASH',
    ])
  })

  it('never come from a prototype', () => {
    expect(lines({}, ['constructor', '__proto__'])).toContain('constructor:')
    expect(lines({ repeatedHeaders: {} }, ['__proto__'])).toContain('__proto__:')
  })
})
