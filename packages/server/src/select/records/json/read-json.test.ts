import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { json, objectOf, recordsOf } from '../../../../../../tests/support/select-objects.ts'
import type { PathStep } from '../../sql/path.ts'
import { Decimal } from '../../values/decimal.ts'
import type { Value } from '../../values/value.ts'
import type { InputRecord } from '../record.ts'
import { JsonWalk } from './json-walk.ts'

const everyElement: PathStep = { kind: 'everyElement' }
const everyMember: PathStep = { kind: 'everyMember' }
const at = (index: number): PathStep => ({ kind: 'index', index })
const named = (text: string, isQuoted = false): PathStep => ({ kind: 'name', name: { text, isQuoted } })

async function valuesOf(
  text: string | Uint8Array,
  path: readonly PathStep[] = [],
  chunkBytes?: number,
): Promise<Value[]> {
  const records = await recordsOf(json, objectOf(text, chunkBytes), { path })
  return records.map((record) => ('value' in record ? record.value : undefined))
}

function failure(code: string): unknown {
  return expect.objectContaining({ code })
}

function taken(text: string, cuts: readonly number[], path: readonly PathStep[]): readonly InputRecord[] {
  const walk = new JsonWalk(path)
  const ends = [...cuts, text.length].sort((one, other) => one - other)
  const pieces = ends.map((end, place) => text.slice(place === 0 ? 0 : ends[place - 1], end))
  return [...pieces.flatMap((piece) => walk.take(piece, false)), ...walk.take('', true)]
}

/** What JSON.parse makes of the same text, as values. */
function asValue(parsed: unknown): Value {
  if (Array.isArray(parsed)) return parsed.map(asValue)
  if (typeof parsed === 'number') return BigInt(parsed)
  if (typeof parsed !== 'object' || parsed === null) return parsed as string | boolean | null
  return new Map(Object.entries(parsed).map(([name, value]) => [name, asValue(value)]))
}

describe('values', () => {
  it('follow one another, with white space between them or lines', async () => {
    expect(await valuesOf('\ufeff{"a":1} {"a":2}\n\n[null,true]\r\n"x"\tfalse\n{}')).toEqual([
      new Map([['a', 1n]]),
      new Map([['a', 2n]]),
      [null, true],
      'x',
      false,
      new Map(),
    ])
    expect(await valuesOf(' \n')).toEqual([])
  })

  it('of objects of nothing take next to nothing, for a record may be of hundreds of thousands', async () => {
    const [list] = await valuesOf('[{},{ }]')
    expect(Array.isArray(list) && list[0] === list[1]).toBe(true)
  })

  it.each<[string, Value]>([
    ['0', 0n],
    ['-0', 0n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775808', new Decimal(2n ** 63n, 0)],
    ['1.50', new Decimal(150n, 2)],
    ['-0.001', new Decimal(-1n, 3)],
    ['0.1234567890123456789', new Decimal(1234567890123456789n, 19)],
    ['1e3', 1000],
    ['-1.25E-2', -0.0125],
    ['1.00000000000000000001e0', new Decimal(100000000000000000001n, 20)],
    ['1e400', new Decimal(1n, -400)],
    [String.raw`"a\"\\\u00e9\n\ud83d\ude00"`, 'a"\\é\n😀'],
    ['{"a":1,"a":2}', new Map([['a', 2n]])],
  ])('%s is read exactly', async (text, expected) => {
    expect(await valuesOf(text)).toEqual([expected])
    expect(await valuesOf(`[${text}]`, [everyElement], 1)).toEqual([expected])
  })

  it.each([
    '{',
    '[1,]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    'tru',
    'truefalse',
    'NaN',
    '"a',
    '"\u0001"',
    "'a'",
    ']',
    '{"a":1]',
    '[',
    ',',
    '1 x',
    '['.repeat(600) + ']'.repeat(600),
    '['.repeat(100_000),
  ])('%s is an error', async (text) => {
    await expect(valuesOf(text)).rejects.toEqual(failure('JSONParsingError'))
    await expect(valuesOf(text, [everyElement, everyElement])).rejects.toEqual(failure('JSONParsingError'))
  })

  it('are an error with a broken escape, unless they are passed over', async () => {
    const text = String.raw`["\x"]`
    await expect(valuesOf(text)).rejects.toEqual(failure('JSONParsingError'))
    expect(await valuesOf(text, [at(1)])).toEqual([undefined])
  })

  it('may nest some hundred deep', async () => {
    expect(await valuesOf('['.repeat(500) + ']'.repeat(500))).toHaveLength(1)
    expect(await valuesOf('['.repeat(500) + ']'.repeat(500), [everyMember])).toEqual([undefined])
  })

  it('are an error where their bytes are no UTF-8', async () => {
    const bytes = Buffer.from('"a"')
    bytes[1] = 0xff
    await expect(valuesOf(bytes)).rejects.toEqual(failure('InvalidTextEncoding'))
  })

  it('have a number out of all bounds as an error', async () => {
    await expect(valuesOf('1e99999999999')).rejects.toEqual(failure('NumberFormatError'))
  })

  it('are what JSON.parse makes of them, whatever the pieces of the text are', () => {
    const isExact = (text: string) => !/[\d.][.eE]|\d{16}/.test(text)
    const values = fc.array(fc.json({ maxDepth: 3 }).filter(isExact), { maxLength: 4 })
    fc.assert(
      fc.property(values, fc.array(fc.nat(100)), (texts, cuts) => {
        const read = taken(texts.join('\n'), cuts, [])
        expect(read).toEqual(texts.map((text) => ({ value: asValue(JSON.parse(text)) })))
      }),
    )
  })

  it('and errors are the same whatever the pieces of the text are', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\n"',
      '-1.5e3',
      '12',
      'null',
      ' ',
      '"',
      '\\',
    )
    const outcome = (text: string, cuts: readonly number[], path: readonly PathStep[]) => {
      try {
        return taken(text, cuts, path)
      } catch (error) {
        return String(error)
      }
    }
    const paths = fc.constantFrom<PathStep[]>([], [everyElement], [named('a'), everyMember])
    fc.assert(
      fc.property(fc.array(token), fc.array(fc.nat(40)), paths, (tokens, cuts, path) => {
        const text = tokens.join('')
        expect(outcome(text, cuts, path)).toEqual(outcome(text, [], path))
      }),
      { numRuns: 1000 },
    )
  })

  it('are read over the ends of blocks', async () => {
    const item = (index: number) => ({
      index,
      text: 'é"\\'.repeat(index * 2),
      list: [index, null, -index],
    })
    const items = Array.from({ length: 1000 }, (_, index) => item(index))
    const expected = items.map((one) => asValue(JSON.parse(JSON.stringify(one))))
    expect(await valuesOf(items.map((one) => JSON.stringify(one, null, 1)).join('\n'))).toEqual(expected)
    const document = JSON.stringify({ skipped: items, items })
    expect(document.length).toBeGreaterThan(5_000_000)
    expect(await valuesOf(document, [named('items'), everyElement])).toEqual(expected)
  })
})

describe('a record', () => {
  const text = 'x'.repeat(2 ** 20)

  it('may have a mebibyte and not a byte more', async () => {
    expect(await valuesOf(JSON.stringify(text.slice(2)))).toHaveLength(1)
    await expect(valuesOf(JSON.stringify(text.slice(1)))).rejects.toEqual(failure('OverMaxRecordSize'))
    await expect(valuesOf(`[${'1,'.repeat(2 ** 20)}1]`)).rejects.toEqual(failure('OverMaxRecordSize'))
    await expect(valuesOf(`"${text.repeat(3)}`)).rejects.toEqual(failure('OverMaxRecordSize'))
  })

  it('lies among strings of any length', async () => {
    const document = `{"a":"${text.repeat(3)}\\"","b":[1]}`
    expect(await valuesOf(document, [named('b'), everyElement])).toEqual([1n])
    expect(await valuesOf(document, [named('a'), named('c')])).toEqual([undefined])
    await expect(valuesOf(`{"${text.repeat(3)}":1}`, [named('b')])).rejects.toEqual(
      failure('OverMaxRecordSize'),
    )
  })
})

describe('a path', () => {
  const rules =
    '{ "Rules": [ {"id": "1"}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG"} ]}\n{ "created": "June 27", "modified": "July 6" }'

  it("leads where the User Guide's first example says", async () => {
    const path = [named('Rules'), everyElement, named('id')]
    expect(await valuesOf(rules, path, 1)).toEqual(['1', undefined, '2', undefined])
  })

  it.each<[string, PathStep[], string, Value[]]>([
    ['an element', [at(1)], '[1,2,3] [4]', [2n, undefined]],
    [
      'elements of arrays alone',
      [everyElement],
      '[1,2] [] {"a":1} "x" 5',
      [1n, 2n, undefined, undefined, undefined, undefined],
    ],
    ['members of objects alone', [everyMember], '{"a":1,"b":[2]} {} [3]', [1n, [2n], undefined, undefined]],
    ['names in any case', [named('a')], '{"A":1}', [1n]],
    ['quoted names in their case', [named('a', true)], '{"A":1,"a":2} {"A":1}', [2n, undefined]],
    [
      'what is deep',
      [named('a'), at(0), everyMember],
      '{"b":[{}],"a":[{"c":1,"d":{"e":2}},{"f":3}]}',
      [1n, new Map([['e', 2n]])],
    ],
    [
      'nothing of what is no container',
      [named('a'), named('b')],
      '{"a":"x"} {"a":[1]} {"a":{}}',
      [undefined, undefined, undefined],
    ],
    ['each of nested arrays', [everyElement, everyElement], '[[1,2],[],[3]]', [1n, 2n, undefined, 3n]],
  ])('leads to %s', async (_, path, text, expected) => {
    expect(await valuesOf(text, path)).toEqual(expected)
    expect(await valuesOf(text, path, 1)).toEqual(expected)
  })

  it('is ambiguous where a name without quotes is there in two cases', async () => {
    await expect(valuesOf('{"a":1,"A":2}', [named('a')])).rejects.toEqual(failure('AmbiguousFieldName'))
  })

  it('leads to the same as in values that were read whole', async () => {
    const names = fc.constantFrom('a', 'b', 'c')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 'text, ]}"', 7),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 3 }),
      ),
    }))
    const step = fc.oneof(
      fc.constantFrom(everyElement, everyMember),
      names.map((name) => named(name)),
      fc.nat(2).map(at),
    )
    const paths = fc.array(step, { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { maxLength: 3 }), paths, async (values, path) => {
        const text = values.map((value) => JSON.stringify(value, null, 1)).join(' ')
        const expected = values.flatMap((value) => follow(asValue(value), path))
        expect(await valuesOf(text, path, 3)).toEqual(expected)
      }),
    )
  })
})

function follow(value: Value, [step, ...rest]: readonly PathStep[]): Value[] {
  if (step === undefined) return [value]
  const next = childrenOf(value, step)
  return next.length === 0 ? [undefined] : next.flatMap((child) => follow(child, rest))
}

function childrenOf(value: Value, step: PathStep): Value[] {
  if (Array.isArray(value)) {
    if (step.kind === 'index') return value.slice(step.index, step.index + 1) as Value[]
    return step.kind === 'everyElement' ? (value as Value[]) : []
  }
  if (!(value instanceof Map)) return []
  if (step.kind === 'everyMember') return [...value.values()] as Value[]
  return step.kind === 'name' && value.has(step.name.text) ? [value.get(step.name.text) as Value] : []
}
