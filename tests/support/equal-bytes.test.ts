import { expect, it } from 'vitest'

it('bytes are equal where each is, whatever holds them, and those of another kind are told by toStrictEqual', () => {
  const bytes = Buffer.from('bytes')
  expect(bytes).toEqual(Buffer.from('bytes'))
  expect({ deep: [bytes] }).toEqual({ deep: [Buffer.from('bytes')] })
  expect(bytes).not.toEqual(Buffer.from('bytez'))
  expect(bytes).not.toEqual(Buffer.from('byte'))
  expect({ deep: [bytes] }).not.toEqual({ deep: [Buffer.from('bytez')] })
  expect(bytes).not.toStrictEqual(new Uint8Array(bytes))
})
