import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv, objectOf, recordsOf, rowsOf } from '../../../../../../tests/support/select-objects.ts'
import type { CsvInput } from '../formats.ts'
import { recordWriter } from '../write-records.ts'
import { csvRows } from './csv-rows.ts'

const quotedDelimiters: CsvInput = { ...csv, allowQuotedRecordDelimiter: true }
const both = [
  ['lines', csv],
  ['records with quoted delimiters', quotedDelimiters],
] as const

function failure(code: string): Error {
  return expect.objectContaining({ code }) as Error
}

describe.each(both)('%s', (_, format) => {
  const rows = (text: string | Uint8Array, chunkBytes?: number, change: Partial<CsvInput> = {}) =>
    rowsOf({ ...format, ...change }, objectOf(text, chunkBytes))

  it.each<[string, string, string[][]]>([
    [
      'lines of fields',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a last line without an end', 'a\nb', [['a'], ['b']]],
    ['rows of different lengths', 'a\nb,c,d\n,\n', [['a'], ['b', 'c', 'd'], ['', '']]],
    ['line ends of Windows', 'a,b\r\n"c","d"\r\ne\r\n', [['a', 'b'], ['c', 'd'], ['e']]],
    ['empty lines, which are passed over', '\na\n\n\r\nb\n\n', [['a'], ['b']]],
    ['comments, which are passed over', '#x\na\n#"y\nb,#\n', [['a'], ['b', '#']]],
    ['quotes with delimiters in them', '"a,b",c\n', [['a,b', 'c']]],
    ['quotes in quotes', '"""a , b"""\n"""",""\n', [['"a , b"'], ['"', '']]],
    ['quotes within a field, which are a part of it', 'a"b",c"\n', [['a"b"', 'c"']]],
    ['a quote around nothing', '""\n', [['']]],
    ['blanks behind a quote, which are passed over', '"a" ,"b"\t \n" c "\t\r\n', [['a', 'b'], [' c ']]],
    ['nothing', '', []],
  ])('are read of %s', async (_name, text, expected) => {
    expect(await rows(text)).toEqual(expected)
    expect(await rows(text, 1)).toEqual(expected)
  })

  it('have delimiters of several characters', async () => {
    const change = { fieldDelimiter: '::', recordDelimiter: '\r\n' }
    expect(await rows('a::"b::c"\r\nd:e\n::\r\n', 1, change)).toEqual([
      ['a', 'b::c'],
      ['d:e\n', ''],
    ])
  })

  it('have characters of several bytes as delimiters', async () => {
    const change = { fieldDelimiter: '→', recordDelimiter: '¶', quote: '😀', quoteEscape: '😀' }
    expect(await rows('a→😀b→😀😀😀¶é→¶', 1, change)).toEqual([
      ['a', 'b→😀'],
      ['é', ''],
    ])
  })

  it('have another escape character than the quote, which escapes itself, too', async () => {
    const text = String.raw`"a\"b\\","\c",d\e` + '\n'
    expect(await rows(text, 1, { quoteEscape: '\\' })).toEqual([['a"b\\', '\\c', 'd\\e']])
  })

  it('have quotes as any character where there are none', async () => {
    expect(await rows('"a,b"\n', 3, { quote: undefined })).toEqual([['"a', 'b"']])
    expect(await rows('"a,b"\n', 3, { quote: '' })).toEqual([['"a', 'b"']])
  })

  it('have no comments where there are none', async () => {
    expect(await rows('#a\n', 3, { comments: undefined })).toEqual([['#a']])
    expect(await rows('#a\n', 3, { comments: '' })).toEqual([['#a']])
  })

  it('end with an error where text follows a closing quote, or the quote is not closed', async () => {
    await expect(rows('"a"b,c\n')).rejects.toEqual(failure('CSVUnescapedQuote'))
    await expect(rows('a\n"b')).rejects.toEqual(failure('CSVUnescapedQuote'))
  })

  it('end with an error at bytes that are no UTF-8, wherever they are cut', async () => {
    for (const bytes of [[0xff], [0xc3], [0x61, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]]) {
      await expect(rows(Uint8Array.from(bytes), 1)).rejects.toEqual(failure('InvalidTextEncoding'))
      await expect(rows(Uint8Array.from([...bytes, 0x0a]), 9)).rejects.toEqual(failure('InvalidTextEncoding'))
    }
  })

  it('may have a mebibyte and not a byte more', async () => {
    const most = 'é'.repeat(2 ** 19)
    expect(await rows(`a\n${most}\r\n`)).toEqual([['a'], [most]])
    for (const text of [`a\n${most}a\n`, `${most}a`, `"${most}"\n`, 'a'.repeat(2 ** 22)]) {
      await expect(rows(text)).rejects.toEqual(failure('OverMaxRecordSize'))
    }
  })

  it('may not be open for longer', async () => {
    const code = format.allowQuotedRecordDelimiter ? 'OverMaxRecordSize' : 'CSVEscapingRecordDelimiter'
    await expect(rows(`"${'\n'.repeat(2 ** 21)}`)).rejects.toEqual(failure(code))
  })

  it('are the same whatever the pieces of the text are', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ',', '"', '\n', '\r', '#', 'é', '\\', ' '),
      maxLength: 40,
    })
    const changes = fc.constantFrom<Partial<CsvInput>>(
      {},
      { quoteEscape: '\\' },
      { recordDelimiter: '\r\n' },
      { fieldDelimiter: ',a', recordDelimiter: '\n\n' },
      { fieldDelimiter: ' ' },
    )
    const taken = (pieces: readonly string[], change: Partial<CsvInput>) => {
      const reading = csvRows({ ...format, ...change })
      try {
        const rows = pieces.flatMap((piece) => reading.take(piece, false))
        return [...rows, ...reading.take('', true)].map(({ fields }) => fields)
      } catch (error) {
        return String(error)
      }
    }
    fc.assert(
      fc.property(text, changes, fc.array(fc.nat(40)), (content, change, cuts) => {
        const ends = [...cuts, content.length].sort((one, other) => one - other)
        const pieces = ends.map((end, at) => content.slice(at === 0 ? 0 : ends[at - 1], end))
        expect(taken(pieces, change)).toEqual(taken([content], change))
      }),
      { numRuns: 1000 },
    )
  })

  it('are those that were written', async () => {
    const fields = fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', '\\', 'é', '\t') }), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    await fc.assert(
      fc.asyncProperty(fields, fc.constantFrom('"', '\\'), async (written, quoteEscape) => {
        const write = recordWriter({ ...csv, quoteFields: 'ALWAYS', quote: '"', quoteEscape })
        const text = written.map((values) => write({ names: [], values })).join('')
        expect(await rows(text, 7, { quoteEscape })).toEqual(written)
      }),
    )
  })
})

describe('a record delimiter in quotes', () => {
  it('is a part of the field where it is allowed', async () => {
    const text = '"a\nb",c\n"d\r\n\n#e","f"\r\ng\n'
    const expected = [['a\nb', 'c'], ['d\r\n\n#e', 'f'], ['g']]
    expect(await rowsOf(quotedDelimiters, objectOf(text))).toEqual(expected)
  })

  it('is an error where it is not', async () => {
    await expect(rowsOf(csv, objectOf('a\n"b\nc",d\n'))).rejects.toEqual(
      failure('CSVEscapingRecordDelimiter'),
    )
  })

  it('is found over the ends of blocks', async () => {
    const row = (index: number) => [`${index}`, `text "${index}"\nwith\r\nlines`.repeat(1 + (index % 50)), '']
    const all = Array.from({ length: 3000 }, (_, index) => row(index))
    const write = recordWriter({ ...csv, quoteFields: 'ASNEEDED', quote: '"' })
    const text = all.map((values) => write({ names: [], values })).join('')
    expect(text.length).toBeGreaterThan(1_000_000)
    expect(await rowsOf(quotedDelimiters, objectOf(text, 50_000))).toEqual(all)
  })
})

describe('the first line', () => {
  const headerOf = async (text: string) => {
    const [record] = await recordsOf({ ...csv, header: 'USE' }, objectOf(text))
    return record !== undefined && 'fields' in record ? record.header : undefined
  }
  const name = (text: string, isQuoted = false) => ({ text, isQuoted })

  it('names the columns, behind comments and without a byte order mark', async () => {
    const header = await headerOf('\ufeff#c\n\nId,"Full Name",é\n1,2,3\n')
    expect(header?.names).toEqual(['Id', 'Full Name', 'é'])
    expect(header?.positionOf(name('ID'))).toBe(0)
    expect(header?.positionOf(name('ID', true))).toBeUndefined()
    expect(header?.positionOf(name('Full Name', true))).toBe(1)
    expect(header?.positionOf(name('other'))).toBeUndefined()
    expect((await headerOf('\ufeffId\n1\n'))?.names).toEqual(['Id'])
  })

  it('may name a column twice, as long as nobody asks for it', async () => {
    const header = await headerOf('NAME,name,x,x\n1,2,3,4\n')
    expect(() => header?.positionOf(name('name'))).toThrow(failure('AmbiguousFieldName'))
    expect(() => header?.positionOf(name('x', true))).toThrow(failure('AmbiguousFieldName'))
    expect(header?.positionOf(name('NAME', true))).toBe(0)
    expect(header?.positionOf(name('name', true))).toBe(1)
  })

  it('leaves columns without a name that of their position', async () => {
    expect((await headerOf('Id,,name,\n1,2,3,4\n'))?.names).toEqual(['Id', '_2', 'name', '_4'])
  })

  it('is passed over with IGNORE, and a row with NONE', async () => {
    const source = objectOf('a,b\nc,d\n')
    const [record] = await recordsOf({ ...csv, header: 'IGNORE' }, source)
    expect(record).toEqual({ fields: ['c', 'd'], header: undefined })
    expect(await rowsOf(csv, source)).toHaveLength(2)
  })
})
