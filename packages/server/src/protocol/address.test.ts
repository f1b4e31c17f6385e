import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { addressOf } from './address.ts'

function address(path: string, host?: string, domains: readonly string[] = []) {
  return addressOf({ method: 'GET', path, query: '', headers: host === undefined ? {} : { host } }, domains)
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
  return undefined
}

describe('path style', () => {
  it.each([
    ['/', {}],
    ['/b', { bucket: 'b' }],
    ['/b/', { bucket: 'b' }],
    ['/b/k', { bucket: 'b', key: 'k' }],
    ['/b//k', { bucket: 'b', key: '/k' }],
    ['/b/a//c/', { bucket: 'b', key: 'a//c/' }],
    ['/b/.', { bucket: 'b', key: '.' }],
    ['/b/../x', { bucket: 'b', key: '../x' }],
    ['/b/%2E%2e/x', { bucket: 'b', key: '../x' }],
    ['/b/a+b%2B', { bucket: 'b', key: 'a b+' }],
    ['/b/100%25', { bucket: 'b', key: '100%' }],
    ['/b/a%20b%2Fc', { bucket: 'b', key: 'a b/c' }],
    ['/b/%F0%9F%98%80', { bucket: 'b', key: '😀' }],
    ['/b/\u00c3\u00a9', { bucket: 'b', key: 'é' }],
    ['/b/%01', { bucket: 'b', key: '\u0001' }],
    ['/b%2F..', { bucket: 'b', key: '..' }],
    ['/b%2f.', { bucket: 'b', key: '.' }],
    ['/b%2F...', { bucket: 'b/...' }],
    ['/b%2Fk', { bucket: 'b/k' }],
    ['/%2F..', { bucket: '/..' }],
  ])('%s', (path, expected) => {
    expect(address(path)).toEqual(expected)
  })

  it.each(['/b/%', '/b/%zz', '/b/%ff', '/b/%ed%a0%80', '/b/\u00e9', 'b/k', ''])('refuses %j', (path) => {
    expect(codeOf(() => address(path))).toBe('InvalidURI')
  })

  it.each([
    ['of a directory bucket, in a request', { 'x-amz-user-agent': 'aws-sdk-js/3.1' }, '', 'k'],
    ['of a directory bucket, in a URL', {}, 'X-Amz-Signature=0a&x-id=GetObject', 'k'],
    ['of a directory bucket, of other clients', {}, 'x-id=GetObject', '/k'],
  ])('the second slash of the SDK for JavaScript %s', (_, headers, query, key) => {
    const at = (bucket: string) => addressOf({ method: 'GET', path: `/${bucket}//k`, query, headers }, [])
    expect(at('b--z1-az1--x-s3')).toEqual({ bucket: 'b--z1-az1--x-s3', key })
    expect(at('b')).toEqual({ bucket: 'b', key: '/k' })
  })

  it('takes keys of 1,024 bytes and no longer', () => {
    expect(address(`/b/${'k'.repeat(1024)}`).key).toHaveLength(1024)
    expect(codeOf(() => address(`/b/${'k'.repeat(1025)}`))).toBe('KeyTooLongError')
    expect(address(`/b/${'%C3%A9'.repeat(512)}`).key).toBe('é'.repeat(512))
    expect(codeOf(() => address(`/b/${'%C3%A9'.repeat(513)}`))).toBe('KeyTooLongError')
  })
})

describe('virtual-host style', () => {
  const domains = ['s3.localhost', 'other.example']
  it.each([
    ['bucket.s3.localhost', '/a/b', { bucket: 'bucket', key: 'a/b' }],
    ['bucket.s3.localhost:9000', '/', { bucket: 'bucket' }],
    ['bucket.s3.localhost.:9000', '/', { bucket: 'bucket' }],
    ['bucket..s3.localhost', '/', { bucket: 'bucket.' }],
    ['bucket.s3.localhost..', '/b/k', { bucket: 'b', key: 'k' }],
    ['s3.localhost.', '/b/k', { bucket: 'b', key: 'k' }],
    ['dotted.name.s3.localhost', '//k', { bucket: 'dotted.name', key: '/k' }],
    ['Bucket.S3.LocalHost', '/k', { bucket: 'bucket', key: 'k' }],
    ['b.other.example', '/k', { bucket: 'b', key: 'k' }],
    ['s3.localhost:9000', '/b/k', { bucket: 'b', key: 'k' }],
    ['xs3.localhost', '/b/k', { bucket: 'b', key: 'k' }],
    ['[::1]:9000', '/b/k', { bucket: 'b', key: 'k' }],
    ['127.0.0.1', '/b', { bucket: 'b' }],
  ])('%s %s', (host, path, expected) => {
    expect(address(path, host, domains)).toEqual(expected)
  })
})

describe('any target', () => {
  it('gives back every key that a client encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (key) => {
        fc.pre(key.isWellFormed() && Buffer.byteLength(key) <= 1024)
        expect(address(`/b/${encodeURIComponent(key)}`)).toEqual({ bucket: 'b', key })
      }),
    )
  })

  it('is an address or an S3 error', () => {
    const text = fc.string({
      unit: fc.constantFrom('/', '%', '2', 'f', 'F', '.', 'k', '+', '\u00c3', '\u00a9'),
    })
    fc.assert(
      fc.property(text, text, (path, host) => {
        expect([undefined, 'InvalidURI', 'KeyTooLongError']).toContain(
          codeOf(() => address(`/${path}`, host, ['f'])),
        )
      }),
    )
  })
})
