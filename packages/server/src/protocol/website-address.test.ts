import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { websiteOf } from './website-address.ts'

const hosts = {
  region: 'us-east-1',
  domains: ['example.com', 's3.example.com'],
  named: new Map([['www.example.org', 'site']]),
}

function bucketOf(host: string): string | undefined {
  const found = websiteOf(host, hosts)
  if (!found) return undefined
  return `${found.bucket ?? ''}${found.isElsewhere ? ' elsewhere' : ''}`
}

describe('the host of a website', () => {
  it.each([
    ['b.s3-website-us-east-1.example.com', 'b'],
    ['b.s3-website.us-east-1.example.com:9000', 'b'],
    ['a.b.s3-website.example.com', 'a.b'],
    ['b.s3-website.s3.example.com', 'b'],
    ['b.s3-website.us-east-1.s3.example.com', 'b'],
    ['b.s3-website.localhost', 'b'],
    ['b.s3-website.localhost.:9000', 'b'],
    ['www.example.org.', 'site'],
    ['B.S3-WEBSITE.LOCALHOST:1', 'b'],
    ['a.s3-website.b.s3-website.localhost', 'a.s3-website.b'],
    ['s3-website.localhost', ''],
    ['b.s3-website-eu-west-1.localhost', 'b elsewhere'],
    ['b.s3-website.eu-west-1.localhost', 'b elsewhere'],
    ['WWW.example.org:80', 'site'],
  ])('%s is that of %j', (host, bucket) => {
    expect(bucketOf(host)).toBe(bucket)
  })

  it.each([
    '',
    'localhost:9000',
    's3-website',
    'b.s3-website',
    'b.s3-website.',
    'b.s3-website.example.net',
    'b.as3-website.localhost',
    'b.s3-websites.localhost',
    '[::1]:9000',
    'b.s3-website.localhost:9000@evil.example',
    'b.s3-website.localhost:123456',
    'evil.example/b.s3-website.localhost',
    'evil.example?b.s3-website.localhost',
    'user:password@b.s3-website.localhost',
    'b c.s3-website.localhost',
    'b\r\n.s3-website.localhost',
    '%2f.s3-website.localhost',
  ])('%j is not', (host) => {
    expect(websiteOf(host, hosts)).toBeUndefined()
  })

  it('is absent where there is none', () => {
    expect(websiteOf(undefined, hosts)).toBeUndefined()
  })
})

it('gives hosts that may stand in a URL, whatever was sent', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'b.',
      's3-website',
      '.us-east-1',
      '.localhost',
      'example.com',
      ':80',
      '@',
      '/',
      '#',
      '\\',
    ),
    fc.string({ maxLength: 5 }),
  )
  let found = 0
  const around = fc.tuple(piece, piece).map(([before, after]) => `${before}.s3-website.localhost${after}`)
  fc.assert(
    fc.property(
      fc.oneof(
        around,
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      ),
      (host) => {
        const website = websiteOf(host, hosts)
        if (!website) return
        found++
        const url = new URL(`http://${website.host}/`)
        expect([url.pathname, url.username, url.hash]).toEqual(['/', '', ''])
        expect(url.hostname).toBe(host.replace(/:\d+$/, '').toLowerCase())
      },
    ),
    { numRuns: 2000 },
  )
  expect(found).toBeGreaterThan(20)
})
