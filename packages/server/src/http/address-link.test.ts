import { describe, expect, it } from 'vitest'
import { AddressLink } from './address-link.ts'

function link(host: string, publicUrl?: string): AddressLink {
  const made = new AddressLink(publicUrl, false)
  made.serving({ host, port: 9001 })
  return made
}

describe('AddressLink', () => {
  it.each([
    ['127.0.0.1', 'localhost:9000', '127.0.0.1', 'http://localhost:9001'],
    ['127.0.0.1', '[::1]:9000', '::1', 'http://[::1]:9001'],
    ['0.0.0.0', 'nas.example:9000', '192.0.2.7', 'http://nas.example:9001'],
    ['::', 'NAS.example', '2001:db8::7', 'http://nas.example:9001'],
    ['192.0.2.7', '192.0.2.7:9000', '::ffff:192.0.2.7', 'http://192.0.2.7:9001'],
  ])('from what listens on %s leads to %s by %s', (served, host, localAddress, url) => {
    expect(link(served).urlFor(host, localAddress)).toBe(url)
  })

  it.each([
    ['127.0.0.1', 'nas.example:9000', '192.0.2.7'],
    ['192.0.2.7', 'localhost:9000', '127.0.0.1'],
    ['0.0.0.0', 'a b', '192.0.2.7'],
    ['0.0.0.0', 'evil.example/x', '192.0.2.7'],
    ['0.0.0.0', undefined, '192.0.2.7'],
    ['0.0.0.0', 'nas.example', undefined],
  ])('from what listens on %s leads nowhere for %s by %s', (served, host, localAddress) => {
    expect(link(served).urlFor(host, localAddress)).toBeUndefined()
  })

  it('leads to where the world finds it, and nowhere before it is served', () => {
    expect(link('127.0.0.1', 'https://console.example').urlFor('x', undefined)).toBe(
      'https://console.example',
    )
    expect(new AddressLink(undefined, true).urlFor('localhost', '127.0.0.1')).toBeUndefined()
  })
})
