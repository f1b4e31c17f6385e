import fc from 'fast-check'
import { expect, it } from 'vitest'
import { listingEncoder, plainBytes } from './listing-page.ts'

it('knows by its bytes which text stays as it is', () => {
  for (const encodingType of [undefined, 'url'] as const) {
    const encode = listingEncoder(encodingType)
    const isPlain = plainBytes(encodingType)
    const holds = (text: string): boolean => {
      const bytes = Buffer.from(`?${text}?`)
      return isPlain(bytes, 1, bytes.length - 1) === (encode(text) === text)
    }
    const codes = Array.from({ length: 0x800 }, (_, code) => code)
    expect(codes.filter((code) => !holds(String.fromCodePoint(code)))).toEqual([])
    fc.assert(fc.property(fc.string({ unit: 'binary' }), holds))
    fc.assert(fc.property(fc.stringMatching(/^[\w\-.*/]*$/), holds))
  }
})
