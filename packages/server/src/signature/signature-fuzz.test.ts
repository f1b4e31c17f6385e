import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { presignQuery, signHeaders } from '../../../../tests/support/signature-v4.ts'
import type { RequestHead } from '../base/request-head.ts'
import { SignatureFault } from './signature-fault.ts'
import { SigningKeyCache } from './signing-key.ts'
import { verifySignature } from './verify-signature.ts'

const now = new Date('2026-03-04T05:06:07Z')
const keys = new SigningKeyCache()
const request = {
  method: 'GET',
  path: '/bucket/key',
  query: '',
  headers: { host: 'h' },
  credentials: mainCredentials,
  date: now,
}
const { headers } = signHeaders(request, 'UNSIGNED-PAYLOAD')
const query = presignQuery(request, 60)

/** Anything but `SignatureFault` and an answer is thrown on. */
async function outcome(head: RequestHead): Promise<string> {
  try {
    const findCredential = (id: string): typeof mainCredentials | undefined =>
      id === mainCredentials.accessKeyId ? mainCredentials : undefined
    return (await verifySignature(head, { region: 'us-east-1', now, keys, findCredential })).kind
  } catch (error) {
    if (error instanceof SignatureFault) return error.code
    throw error
  }
}

/** Whether every word of a text is in another. */
function isSubset(words: string, others: string): boolean {
  return new Set(words.split(' ')).isSubsetOf(new Set(others.split(' ')))
}

/** A text with a part of it replaced by something else. */
function mutated(text: string): fc.Arbitrary<string> {
  const inserted = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '',
      ',',
      '/',
      ';',
      '=',
      '&',
      '%',
      '%2',
      '%ff',
      '\n',
      '\0',
      'Signature=',
      'host;host',
      'é',
    ),
  )
  return fc
    .tuple(fc.nat(text.length), fc.nat(12), inserted)
    .map(([start, length, middle]) => text.slice(0, start) + middle + text.slice(start + length))
}

describe('hostile signatures', () => {
  it('never pass when the header is changed, and never break', async () => {
    const authorization = headers['authorization'] ?? ''
    // Its parts may stand in any order, and be parted by any blanks.
    const parts = (text: string): string =>
      text
        .split(/[\s,]+/)
        .filter(Boolean)
        .sort()
        .join(' ')
    await fc.assert(
      fc.asyncProperty(mutated(authorization), async (changed) => {
        const result = await outcome({ ...request, headers: { ...headers, authorization: changed } })
        expect(result !== 'signed' || isSubset(parts(authorization), parts(changed))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('never pass when the query is changed, and never break', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(query), async (changed) => {
        const result = await outcome({ ...request, query: changed })
        const meaning = (text: string): string => [...new URLSearchParams(text)].map(String).sort().join(' ')
        expect(result !== 'signed' || meaning(changed) === meaning(query)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('never break whatever the request', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const names = fc.constantFrom(
      'authorization',
      'x-amz-date',
      'date',
      'x-amz-content-sha256',
      'x-amz-security-token',
      '__proto__',
    )
    const head = fc.record({
      method: text,
      path: text,
      query: text,
      headers: fc.dictionary(names, text),
    })
    await fc.assert(
      fc.asyncProperty(head, async (any) => {
        expect(await outcome(any)).not.toBe('signed')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('cost', () => {
  const cases: [string, (size: number) => Partial<RequestHead>][] = [
    [
      'commas',
      (size) => ({ headers: { ...headers, authorization: `AWS4-HMAC-SHA256 ${','.repeat(size)}` } }),
    ],
    [
      'signed headers',
      (size) => {
        const names = Array.from({ length: size / 8 }, (_, index) => `h${index}`).join(';')
        const authorization = (headers['authorization'] ?? '').replace('host;', `host;${names};`)
        return { headers: { ...headers, authorization } }
      },
    ],
    ['parameters', (size) => ({ query: `${query}${'&a=1'.repeat(size / 4)}` })],
    [
      'different parameters',
      (size) => ({ query: Array.from({ length: size / 8 }, (_, i) => `p${(i * 7919) % size}`).join('&') }),
    ],
    ['escapes', (size) => ({ path: '%41%2f'.repeat(size / 6), headers })],
    ['percent signs', (size) => ({ path: '%'.repeat(size), headers })],
    ['blanks in a value', (size) => ({ headers: { ...headers, host: `a${' '.repeat(size)}b` } })],
    ['plus signs', (size) => ({ query: `a=${'+'.repeat(size)}` })],
  ]
  it.each(cases)('grows no faster than the request with many %s', async (_, make) => {
    const milliseconds = async (size: number): Promise<number> => {
      const head = { ...request, ...make(size) }
      let best = Infinity
      for (let round = 0; round < 3; round += 1) {
        const start = process.cpuUsage()
        await outcome(head)
        const { user, system } = process.cpuUsage(start)
        best = Math.min(best, (user + system) / 1000)
      }
      return best
    }
    const small = await milliseconds(2 ** 13)
    const large = await milliseconds(2 ** 17)
    // Sixteen times as much; quadratic would be 256 times. The floor takes what cannot be measured.
    expect(large).toBeLessThan(80 * Math.max(small, 0.5))
  })
})
