import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { signatureApart } from './signature-apart.ts'

const signature = 'ab'.repeat(32)
const signed = `X-Amz-Signature=${signature}`

it.each([
  ['', '', undefined],
  ['acl', 'acl', undefined],
  [signed, '', signature],
  [`a=1&b=2&${signed}`, 'a=1&b=2', signature],
  [`${signed}&a=1&b=2`, 'a=1&b=2', signature],
  [`a=1&${signed}&b=2`, 'a=1&b=2', signature],
  [`a=1&${signed}&`, 'a=1&', signature],
  // A second stays where it is, to be refused.
  [`a=1&${signed}&${signed}`, `a=1&${signed}`, signature],
  // None of these is one for its form.
  [`a=1&X-Amz-Signature=${signature.slice(1)}`, `a=1&X-Amz-Signature=${signature.slice(1)}`, undefined],
  [`a=1&${signed}0`, `a=1&${signed}0`, undefined],
  [`a=1&${signed.toUpperCase()}`, `a=1&${signed.toUpperCase()}`, undefined],
  [`a=1&X-Amz-Signature=%${signature.slice(1)}`, `a=1&X-Amz-Signature=%${signature.slice(1)}`, undefined],
  [`a=1&My-${signed}`, `a=1&My-${signed}`, undefined],
  [`X-Amz-Signature=`, `X-Amz-Signature=`, undefined],
])('takes the signature out of %j', (query, others, found) => {
  expect(signatureApart(query)).toMatchObject({ others, signature: found })
})

it('takes each query for itself, whatever came before', () => {
  const part = fc.constantFrom(
    'a=1',
    'b=2',
    signed,
    `X-Amz-Signature=${'0'.repeat(64)}`,
    'X-Amz-Signature=x',
    '',
  )
  const query = fc.array(part, { maxLength: 4 }).map((parts) => parts.join('&'))
  fc.assert(
    fc.property(fc.array(query, { minLength: 2, maxLength: 6 }), (queries) => {
      for (const text of queries) {
        const { others, signature: found } = signatureApart(text)
        const kept = others.split('&').filter(Boolean)
        const all = found === undefined ? kept : [...kept, `X-Amz-Signature=${found}`]
        expect(all.toSorted()).toEqual(text.split('&').filter(Boolean).toSorted())
      }
    }),
  )
})
