import { expect, it } from 'vitest'
import { fieldsOf, linesOf } from './csv-lines.ts'

it.each<[string, readonly string[] | undefined]>([
  ['a,b', ['a', 'b']],
  ['a,', ['a', '']],
  [' a b , "c,""d""" ,', ['a b', 'c,"d"', '']],
  ['""', ['']],
  ['"a"b', undefined],
  ['a"b"', undefined],
  ['"a', undefined],
])('takes %j apart', (line, fields) => {
  expect(fieldsOf(line)).toEqual(fields)
})

it.each([
  ['white space', `b,${' '.repeat(60_000)}"x`],
  ['white space in quotes', `b,"${' '.repeat(60_000)}`],
  ['quotes', `b,${'"'.repeat(60_001)}`],
  ['commas', ','.repeat(60_000)],
])('is not held up by %s', (_, line) => {
  const began = process.cpuUsage()
  fieldsOf(line)
  expect(process.cpuUsage(began).user).toBeLessThan(1_000_000)
})

async function* pieces(piece: string, count: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < count; sent++) yield Buffer.from(piece)
}

async function linesWithin(limits: Parameters<typeof linesOf>[1], piece: string, count: number) {
  const found: (string | undefined)[] = []
  for await (const line of linesOf(pieces(piece, count), limits)) found.push(line)
  return found
}

it('puts lines together that come in pieces', async () => {
  const limits = { mostBytes: 100, mostLineCharacters: 10 }
  expect(await linesWithin(limits, 'a\n\r\nb', 3)).toEqual(['a', 'ba', 'ba', 'b'])
  expect(limits.mostBytes).toBe(85)
})

it('stops at what was packed from more than is read, of lines without anything too', async () => {
  const limits = { mostBytes: 1_000_000, mostLineCharacters: 1000 }
  await expect(linesWithin(limits, '\n'.repeat(100_000), Infinity)).rejects.toThrow(RangeError)
  await expect(linesWithin({ ...limits, mostBytes: 1e9 }, 'a'.repeat(999), Infinity)).rejects.toThrow(
    'a line',
  )
})

it('lets others have their turn while no line comes', async () => {
  const limits = { mostBytes: 10_000_000, mostLineCharacters: 1000 }
  expect(await linesWithin(limits, '\n'.repeat(65_536), 64)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
