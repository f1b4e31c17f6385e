import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { TrustedProxies } from './trusted-proxies.ts'

const proxies = new TrustedProxies(['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.1'])

type Headers = Readonly<Record<string, string>>

function told(headers: Headers, peer: string | undefined = '10.0.0.1') {
  const forwarded = proxies.forwardedBy(peer, headers)
  if (!forwarded) return undefined
  const { address, isSecure, host } = forwarded
  return [address, isSecure, host]
}

const chain = (list: string): Headers => ({ 'x-forwarded-for': list })

describe('the address of the client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['203.0.113.7,10.1.2.3 , 192.0.2.1', '203.0.113.7'],
    // What the client itself sent.
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['127.0.0.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['10.9.9.9, 203.0.113.7', '203.0.113.7'],
    // Nobody but proxies: one of them asks for itself.
    ['10.1.2.3, 10.4.5.6', '10.1.2.3'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:db8::7, 2001:db8:1::1', '2001:db8::7'],
    ['203.0.113.7, ::ffff:10.1.2.3', '203.0.113.7'],
    // What is no address hides what is left of it.
    ['203.0.113.7, unknown', undefined],
    ['203.0.113.7, 10.0.0.0/8', undefined],
    ['203.0.113.7,', undefined],
    ['nonsense', undefined],
  ])('of X-Forwarded-For %j is %s', (list, address) => {
    expect(told(chain(list))).toEqual([address, undefined, undefined])
  })

  it.each([
    ['for=203.0.113.7', '203.0.113.7'],
    ['For="[2001:db8::7]:4711"', '2001:db8::7'],
    ['for=198.51.100.1, for=203.0.113.7;by=10.0.0.1, for=10.1.2.3', '203.0.113.7'],
    ['for="198.51.100.1, for=198.51.100.2", for=203.0.113.7', '203.0.113.7'],
    [String.raw`for="a\", for=198.51.100.2", for=203.0.113.7`, '203.0.113.7'],
    ['for=_hidden', undefined],
    ['for=203.0.113.7, for=unknown', undefined],
    ['proto=https', undefined],
  ])('of Forwarded %j is %s', (forwarded, address) => {
    expect(told({ forwarded })?.[0]).toBe(address)
  })

  it('is the peer’s own where it names none', () => {
    expect(told({ 'x-forwarded-proto': 'https' })).toEqual(['10.0.0.1', true, undefined])
  })
})

describe('nothing is believed', () => {
  const all = {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'a.example',
  }
  it.each([undefined, '203.0.113.7', '11.0.0.1', '::1', '2001:db8:2::1', ''])('of the peer %s', (peer) => {
    expect(proxies.forwardedBy(peer, all)).toBeUndefined()
    expect(proxies.forwardedBy(peer, { forwarded: 'for=203.0.113.7' })).toBeUndefined()
  })

  it('where nothing is said', () => {
    expect(told({ host: 'a.example' })).toBeUndefined()
    expect(told(chain(' '))).toBeUndefined()
    expect(told({ forwarded: ' ' })).toBeUndefined()
  })

  it('where nobody is trusted', () => {
    expect(new TrustedProxies([]).forwardedBy('10.0.0.1', all)).toBeUndefined()
  })
})

describe('protocol and host', () => {
  it.each([
    [{ 'x-forwarded-proto': 'https' }, true],
    [{ 'x-forwarded-proto': 'HTTP' }, false],
    [{ 'x-forwarded-proto': 'gopher' }, undefined],
    // The client's own, and what the proxy added.
    [{ 'x-forwarded-proto': 'https, http' }, false],
    [{ 'x-forwarded-for': '203.0.113.7, 10.1.2.3', 'x-forwarded-proto': 'https, http' }, true],
    [{ 'x-forwarded-for': '203.0.113.7, 10.1.2.3', 'x-forwarded-proto': 'http, https, http' }, true],
    [{ 'x-forwarded-for': '203.0.113.7, 10.1.2.3', 'x-forwarded-proto': 'https' }, true],
    [{ forwarded: 'for=203.0.113.7;proto=https' }, true],
    [{ forwarded: 'for=198.51.100.1;proto=https, for=203.0.113.7' }, undefined],
  ])('%j: TLS is %s', (headers, isSecure) => {
    expect(told(headers)?.[1]).toBe(isSecure)
  })

  it.each([
    [{ 'x-forwarded-host': 's3.example.com:8443' }, 's3.example.com:8443'],
    [{ 'x-forwarded-host': 'mine.example, s3.example.com' }, 's3.example.com'],
    [{ forwarded: 'for=203.0.113.7;host="s3.example.com:8443"' }, 's3.example.com:8443'],
    [{ forwarded: 'host=mine.example, for=203.0.113.7' }, undefined],
  ])('%j: the host is %s', (headers, host) => {
    expect(told(headers)?.[2]).toBe(host)
  })
})

describe('is refused', () => {
  const codeOf = (headers: Headers): string | undefined => {
    try {
      proxies.forwardedBy('10.0.0.1', headers)
      return undefined
    } catch (error) {
      return error instanceof S3Error ? error.code : String(error)
    }
  }

  it('what is told in two ways', () => {
    expect(codeOf({ forwarded: 'for=203.0.113.7', 'x-forwarded-proto': 'https' })).toBe('InvalidRequest')
    expect(codeOf({ forwarded: 'for=203.0.113.7' })).toBeUndefined()
  })

  it.each([
    // Quotes of the client's that end at the proxy's, or nowhere.
    'for=198.51.100.1;proto=https;x=", for="[2001:db8::7]:4711"',
    'for=198.51.100.1;proto=https;x=", for=203.0.113.7;host="s3.example.com"',
    'for=198.51.100.1;x=", for=203.0.113.7',
    String.raw`for=198.51.100.1;x="\", for="[2001:db8::7]"x`,
    'for 203.0.113.7',
    'for=203.0.113.7 proto=https',
  ])('Forwarded: %s', (forwarded) => {
    expect(codeOf({ forwarded })).toBe('InvalidRequest')
  })

  it.each(['', ',', ' , for=203.0.113.7;', 'for=203.0.113.7;;proto=https'])('not %j', (forwarded) => {
    expect(codeOf({ forwarded })).toBeUndefined()
  })
})

it('takes no address from left of one that is not trusted, whatever is sent', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('1.0,:;="\\[] afor')), maxLength: 40 })
  const last = fc.constantFrom(
    'for=203.0.113.7',
    'for="203.0.113.7:80";host="h"',
    'proto=https;for="[2001:db8::7]"',
  )
  const outcomeOf = (forwarded: string): unknown => {
    try {
      return told({ forwarded })?.[0]
    } catch {
      return 'refused'
    }
  }
  fc.assert(
    fc.property(text, last, (sent, added) => {
      expect(told(chain(`${sent}, 203.0.113.7, 10.1.2.3`))?.[0]).toBe('203.0.113.7')
      expect([outcomeOf(added), 'refused']).toContain(outcomeOf(`${sent}, ${added}`))
      expect(['203.0.113.7', '2001:db8::7']).toContain(outcomeOf(added))
    }),
    { numRuns: 1000 },
  )
})
