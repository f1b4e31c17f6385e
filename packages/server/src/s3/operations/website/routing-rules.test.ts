import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoutingRule } from '../../../model/types.gen.ts'
import { folderLocation, redirectionBy, redirectionOfAll, safeInUrl, type Visited } from './routing-rules.ts'

const visited: Visited = { key: 'docs/a b', query: '', protocol: 'http', host: 'site.test:9000' }
const rule = (Redirect: RoutingRule['Redirect'], Condition?: RoutingRule['Condition']): RoutingRule => ({
  Redirect,
  ...(Condition && { Condition }),
})
const by = (one: RoutingRule, more: Partial<Visited> = {}, errorStatus?: number) =>
  redirectionBy([one], { ...visited, ...more }, errorStatus)?.location

describe('a rule', () => {
  it.each([
    [{ HostName: 'b.test' }, 'http://b.test/docs/a%20b'],
    [{ Protocol: 'https' }, 'https://site.test:9000/docs/a%20b'],
    [{ ReplaceKeyWith: 'new/page.html' }, 'http://site.test:9000/new/page.html'],
    [{ ReplaceKeyPrefixWith: 'documents/' }, 'http://site.test:9000/documents/docs/a%20b'],
    [{ ReplaceKeyPrefixWith: '#!/' }, 'http://site.test:9000/#!/docs/a%20b'],
    [{ ReplaceKeyWith: 'ž"\r\nX: y' }, 'http://site.test:9000/%C5%BE"%0D%0AX:%20y'],
    [{ HttpRedirectCode: '302' }, 'http://site.test:9000/docs/a%20b'],
  ])('%j leads to %s', (redirect, location) => {
    expect(by(rule(redirect))).toBe(location)
  })

  it('puts the new prefix in the place of the old', () => {
    const condition = { KeyPrefixEquals: 'docs/' }
    expect(by(rule({ ReplaceKeyPrefixWith: 'documents/' }, condition))).toBe(
      'http://site.test:9000/documents/a%20b',
    )
    expect(by(rule({ ReplaceKeyPrefixWith: '' }, condition))).toBe('http://site.test:9000/a%20b')
    expect(by(rule({ ReplaceKeyWith: 'x' }, { KeyPrefixEquals: 'other/' }))).toBeUndefined()
  })

  it('keeps the query', () => {
    expect(by(rule({ ReplaceKeyWith: 'x' }), { query: 'a=b&c' })).toBe('http://site.test:9000/x?a=b&c')
    expect(by(rule({ ReplaceKeyWith: 'x?y=z' }), { query: 'a=b' })).toBe('http://site.test:9000/x?y=z&a=b')
  })

  it('waits for its error, and for no other', () => {
    const waiting = rule(
      { ReplaceKeyWith: 'x' },
      { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: 'docs/' },
    )
    expect(by(waiting)).toBeUndefined()
    expect(by(waiting, {}, 403)).toBeUndefined()
    expect(by(waiting, { key: 'other' }, 404)).toBeUndefined()
    expect(by(waiting, {}, 404)).toBe('http://site.test:9000/x')
    expect(by(rule({ ReplaceKeyWith: 'x' }), {}, 404)).toBeUndefined()
  })

  it('comes after those before it', () => {
    const rules = [
      rule({ ReplaceKeyWith: 'error' }, { HttpErrorCodeReturnedEquals: '404' }),
      rule({ ReplaceKeyWith: 'first' }, { KeyPrefixEquals: 'docs/' }),
      rule({ ReplaceKeyWith: 'second', HttpRedirectCode: '307' }),
    ]
    expect(redirectionBy(rules, visited)).toEqual({ status: 301, location: 'http://site.test:9000/first' })
    expect(redirectionBy(rules, { ...visited, key: '' })).toEqual({
      status: 307,
      location: 'http://site.test:9000/second',
    })
  })
})

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('/', '\\', '.', '@', ':', '?', '#', '%', '\r', '\n', ' ', 'a', 'ž') }),
)
const IN_A_HEADER = /^[\x21-\x7e]*$/

it('never leads a visitor to another host than the owner said, nor out of its header', () => {
  fc.assert(
    fc.property(key, key, fc.constantFrom('', 'docs/', '/'), (visitedKey, query, prefix) => {
      const asked = { ...visited, key: prefix + visitedKey, query }
      const locations = [
        redirectionOfAll({ HostName: 'b.test' }, asked).location,
        by(rule({ HostName: 'b.test', ReplaceKeyPrefixWith: '' }, { KeyPrefixEquals: prefix }), asked) ?? '',
        new URL(folderLocation(`${prefix + visitedKey}a`), 'http://b.test').href,
      ]
      for (const location of locations) {
        expect(location).toMatch(IN_A_HEADER)
        expect(new URL(location).host).toBe('b.test')
      }
      expect(folderLocation(`${prefix + visitedKey}a`)).toMatch(/^\/(?!\/)[\x21-\x7e]*\/$/)
    }),
    { numRuns: 1000 },
  )
})

it('keeps the key of a visitor as it is', () => {
  fc.assert(
    fc.property(key, (visitedKey) => {
      const { pathname } = new URL(
        redirectionOfAll({ HostName: 'b.test' }, { ...visited, key: visitedKey }).location,
      )
      // What is no path to a URL, `.` and `..`, has been taken out of it by URL.
      fc.pre(!/(^|\/)\.\.?(\/|$)/.test(visitedKey))
      expect(decodeURIComponent(pathname)).toBe(`/${visitedKey.toWellFormed()}`)
    }),
  )
})

it('escapes nothing of what an owner can write in a URL', () => {
  expect(safeInUrl('/a?b=c&d=%20#e!"<>')).toBe('/a?b=c&d=%20#e!"<>')
})
