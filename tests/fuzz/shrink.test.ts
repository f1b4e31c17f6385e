import { expect, it } from 'vitest'
import { shrunk } from './shrink.ts'

it('leaves what it takes', async () => {
  const input = Buffer.from(`${'x'.repeat(100)}<a>${'y'.repeat(57)}</a>${'z'.repeat(9)}`)
  const holds = (smaller: Buffer): Promise<boolean> => Promise.resolve(/<a>.*<\/a>/.test(smaller.toString()))
  expect((await shrunk(input, holds)).toString()).toBe('<a></a>')
})
