import { describe, expect, test } from 'vitest'
import { prepareQuery } from './prepare-query.ts'
import { ask, askCsv, askJson, codeOf, headerOf, now, rows } from './run-query.suite.ts'

describe('names of columns in the result', () => {
  test.each([
    ['SELECT _1 FROM S3Object', ['_1']],
    ['SELECT _2, s._1 FROM S3Object s', ['_2', '_1']],
    ['SELECT _1 AS x, _2 "Y z", _3 z FROM S3Object', ['x', 'Y z', 'z']],
    ['SELECT 1, _1 || _2, LOWER(_3) FROM S3Object', ['_1', '_2', '_3']],
    ['SELECT CAST(_1 AS INT) AS n, 2 FROM S3Object', ['n', '_2']],
    ['SELECT * FROM S3Object', ['_1', '_2', '_3']],
    ['SELECT s.*, s._1 AS again FROM S3Object s', ['_1', '_2', '_3', 'again']],
    ['SELECT COUNT(*), MAX(_1) m FROM S3Object', ['_1', 'm']],
  ])('%s', (expression, names) => {
    const run = prepareQuery(expression, { inputKind: 'CSV', now }).start()
    const answer = run.take({ fields: ['1', 'b', 'c'], header: undefined }) ?? run.finish()
    expect(answer?.names).toEqual(names)
    expect(answer?.values).toHaveLength(names.length)
  })

  test('of JSON the last step of a path that is a name', () => {
    const record = { a: { B: [{ c: 1 }] } }
    expect(
      askJson('SELECT s.a.B, s.a.B[0], s.a.b[0].C, s.a."B"[0][\'c\'] AS d FROM S3Object s', [record]),
    ).toEqual([{ B: [{ c: 1n }], _2: { c: 1n }, C: 1n, d: 1n }])
  })
})

describe('columns of CSV', () => {
  test('by position, with and without an alias', () => {
    expect(askCsv('SELECT _2 FROM S3Object', ['a,b'])).toEqual([{ _2: 'b' }])
    expect(askCsv('SELECT s._2 FROM S3Object AS s', ['a,b'])).toEqual([{ _2: 'b' }])
    expect(askCsv('SELECT S3Object._2 FROM S3Object', ['a,b'])).toEqual([{ _2: 'b' }])
    expect(askCsv('SELECT s3object._2 FROM S3Object s', ['a,b'])).toEqual([{ _2: 'b' }])
    expect(askCsv('SELECT "_2" FROM S3Object', ['a,b'])).toEqual([{ _2: 'b' }])
    expect(askCsv('SELECT _2 FROM S3Object', ['a,b'], 'x,y')).toEqual([{ _2: 'b' }])
    expect(askCsv('SELECT "_2" FROM S3Object', ['a,b'], '_2,y')).toEqual([{ _2: 'a' }])
  })

  test('by the header, in any case', () => {
    expect(askCsv('SELECT NAME, s.Age FROM S3Object s', ['x,5'], 'Name,age')).toEqual([
      { NAME: 'x', Age: '5' },
    ])
    expect(askCsv('SELECT "first name" FROM S3Object', ['x'], 'first name')).toEqual([{ 'first name': 'x' }])
  })

  test('a field beyond the end of its row is MISSING, an empty one a text', () => {
    const query =
      "SELECT _9, _1 IS NULL AS n, _9 IS NULL AS m, _9 IS MISSING AS o, _1 = '' AS e FROM S3Object"
    expect(askCsv(query, [',b'])).toEqual([{ n: false, m: true, o: true, e: true }])
  })

  test.each([
    ['SELECT nme FROM S3Object', 'name', 'MissingHeaders'],
    ['SELECT "NAME" FROM S3Object', 'name', 'MissingHeaders'],
    ['SELECT name FROM S3Object', 'name,Name', 'AmbiguousFieldName'],
    ['SELECT name FROM S3Object', undefined, 'InvalidColumnIndex'],
    ['SELECT _0 FROM S3Object', undefined, 'InvalidColumnIndex'],
    ['SELECT _01 FROM S3Object', 'name', 'MissingHeaders'],
    ['SELECT t._1 FROM S3Object s', undefined, 'InvalidTableAlias'],
    ['SELECT s._1.x FROM S3Object s', undefined, 'InvalidKeyPath'],
    ['SELECT _1[0] FROM S3Object s', undefined, 'InvalidKeyPath'],
    ['SELECT s[0] FROM S3Object s', undefined, 'InvalidKeyPath'],
    ['SELECT _1.* FROM S3Object s', undefined, 'InvalidKeyPath'],
    ['SELECT "S"._1 FROM S3Object s', undefined, 'InvalidTableAlias'],
  ])('%s with %s is %s', (expression, header, code) => {
    expect(codeOf(() => askCsv(expression, ['a,b'], header))).toBe(code)
  })

  test('a message says what name leads nowhere', () => {
    const ask = () => askCsv('SELECT s.shoe FROM S3Object s', ['a'], 'name')
    expect(ask).toThrow("Check the file and try again. The name is 'shoe'.")
  })

  test('what needs no record is a mistake without one', () => {
    expect(codeOf(() => askCsv('SELECT t._1 FROM S3Object s', []))).toBe('InvalidTableAlias')
    expect(codeOf(() => askCsv('SELECT name FROM S3Object s', []))).toBeUndefined()
    expect(codeOf(() => askCsv("SELECT a LIKE 'a!' ESCAPE '!' FROM S3Object s", []))).toBe(
      'EvaluatorLikePatternInvalidEscapeSequence',
    )
  })

  test('a star is the row as it is', () => {
    expect(askCsv('SELECT * FROM S3Object', ['a,b', 'c', 'd,e,f'], 'x,y')).toEqual([
      { x: 'a', y: 'b' },
      { x: 'c' },
      { x: 'd', y: 'e', _3: 'f' },
    ])
    expect(askCsv('SELECT * FROM S3Object', ['a,b', 'c'])).toEqual([{ _1: 'a', _2: 'b' }, { _1: 'c' }])
    expect(askCsv('SELECT s FROM S3Object s', ['a,b'], 'x,y')).toEqual([{ s: { x: 'a', y: 'b' } }])
  })
})

describe('fields of CSV have no type', () => {
  test.each([
    ['10 > 9', '_1 > _2', false],
    ["_1 > '9'", "_1 > '9'", false],
    ['_1 > 9', '_1 > 9', true],
    ['9 < _1', '9 < _1', true],
    ['_1 = 10.0', '_1 = 10.0', true],
    ['_1 = 1e1', '_1 = 1e1', true],
    ['_1 >= CAST(_2 AS INT)', '_1 >= CAST(_2 AS INT)', true],
    ['CAST(_2 AS INT) < _1', 'CAST(_2 AS INT) < _1', true],
    ['_1 + _2', '_1 + _2', 19n],
    ['_1 * 1.5', '_1 * 1.5 = 15', true],
    ['-_1', '-_1 = -10', true],
    ['_1 BETWEEN 9 AND 11', '_1 BETWEEN 9 AND 11', true],
    ['_1 BETWEEN _2 AND 11', '_1 BETWEEN _2 + 0 AND 11', true],
    ['_1 IN (1, 10)', '_1 IN (1, 10)', true],
    ['_1 IN (1.0, 10.0)', '_1 IN (1.0, 10.0)', true],
    ["_1 IN ('1', '10')", "_1 IN ('1', '10')", true],
    ['_1 IN (_2 + 1, 5)', '_1 IN (_2 + 1, 5)', true],
    ['_1 NOT IN (1, 11)', '_1 NOT IN (1, 11)', true],
    ['_3 = TRUE', '_3 = TRUE', true],
    ['_3 AND TRUE', '_3 AND TRUE', true],
    ['NOT _3', 'NOT _3', false],
    ['CASE WHEN _3 THEN 1 ELSE 2 END', 'CASE WHEN _3 THEN 1 ELSE 2 END', 1n],
    ['CASE _1 WHEN 10 THEN 1 ELSE 2 END', 'CASE _1 WHEN 10 THEN 1 ELSE 2 END', 1n],
    ['_4 < `2020-01-02T`', '_4 < `2020-01-02T`', true],
    ['_4 = `2020T`', '_4 = `2020T`', true],
    ['_4 IN (`2020T`)', '_4 IN (`2020T`)', true],
    ['EXTRACT(YEAR FROM _4)', 'EXTRACT(YEAR FROM _4)', 2020n],
    ['a field that is a number no more', '_5 > 9', undefined],
    ['nor equal to one', '_5 = 9', false],
    ['but different from one', '_5 <> 9', true],
    ['nor with blanks', "' 10 ' = 10", false],
    ['with blanks around it', '_6 = 10', true],
    ['in a function', 'TRIM(_6) = 10', true],
    ['in a part', 'SUBSTRING(_1, 1, _7) = 1', true],
    ['in COALESCE', 'COALESCE(_9, _1) = 10', true],
    ['in CASE', 'CASE WHEN TRUE THEN _1 END = 10', true],
    ['in NULLIF', 'NULLIF(_1, 10)', null],
    ['put together', '(_1 || _2) = 109', true],
    ['a text of the query has one', "'10' = 10", false],
    ['as has one of a CAST', 'CAST(_1 AS STRING) = 10', false],
  ])('%s', (_, expression, expected) => {
    const run = prepareQuery(`SELECT ${expression} FROM S3Object`, { inputKind: 'CSV', now }).start()
    const fields = ['10', '9', 'True', '2020-01-01', 'few', ' 10 ', '1']
    expect(run.take({ fields, header: undefined })?.values[0]).toBe(expected)
  })

  test('a short number and a long one are compared alike', () => {
    const texts = ['0.1', '0.10', '+0.1', '0.1000000000000000000000', '.1', '1e-1', ' 0.1']
    expect(askCsv('SELECT COUNT(*) FROM S3Object WHERE _1 = 0.1', texts)).toEqual([{ _1: 7n }])
    // 1e-1 is a float, and beside it the decimal is one too.
    expect(askCsv('SELECT COUNT(*) FROM S3Object WHERE _1 < 0.10000000000000000001', texts)).toEqual([
      { _1: 6n },
    ])
    const large = ['9007199254740992', '9007199254740993']
    expect(askCsv('SELECT COUNT(*) FROM S3Object WHERE _1 = 9007199254740993', large)).toEqual([{ _1: 1n }])
  })

  test.each([
    ['_1 + 1', 'CastFailed'],
    ['-_1', 'CastFailed'],
    ['EXTRACT(YEAR FROM _1)', 'CastFailed'],
    ['CAST(_1 AS INT)', 'CastFailed'],
    ["SUBSTRING('abc', _1)", 'CastFailed'],
    ['SUM(_1)', 'CastFailed'],
  ])('%s of a text that does not read as one is %s', (expression, code) => {
    expect(codeOf(() => askCsv(`SELECT ${expression} FROM S3Object`, ['few']))).toBe(code)
  })
})

describe('values of JSON have types', () => {
  const record = { i: 10, s: '10', b: true, n: null, l: [1, 2], o: { a: 1 }, Mixed: 1 }

  test.each([
    ['s.i = 10', true],
    ["s.i = '10'", false],
    ["s.i <> '10'", true],
    ["s.i < '10'", undefined],
    ["NOT (s.i < '10')", undefined],
    ['s.b = 1', false],
    ["s.b = 'true'", false],
    ['s.b > FALSE', true],
    ['s.n = NULL', null],
    ['s.n IS NULL', true],
    ['s.n IS MISSING', false],
    ['s.gone IS MISSING', true],
    ['s.gone IS NULL', true],
    ['s.gone = 1', undefined],
    ['s.o.a = 1', true],
    ['s.o.gone.gone', undefined],
    ['s.l[0] = 1', true],
    ['s.l[5]', undefined],
    ['s.i[0]', undefined],
    ['s.l.a', undefined],
    ['s.l = [1, 2]', true],
    ['s.l = [1, 3]', false],
    ['s.l < [1, 3]', undefined],
    ['s.o = s.o', true],
    ['s.o = s.l', false],
    ['1 IN s.l', true],
    ['3 IN s.l', false],
    ['3 IN s.i', undefined],
    ['s.mixed', 1n],
    ['s.MIXED', 1n],
    ['s."Mixed"', 1n],
    ['s."mixed"', undefined],
    ["s['Mixed']", 1n],
    ["s['mixed']", undefined],
    ['mixed', 1n],
    ['"Mixed"', 1n],
    ['i + 1', 11n],
  ])('%s is %s', (expression, expected) => {
    expect(askJson(`SELECT ${expression} AS x FROM S3Object s`, [record])).toEqual(
      expected === undefined ? [{}] : [{ x: expected }],
    )
  })

  test.each([
    ['s.s + 1', 'UnsupportedSqlOperation'],
    ['-s.b', 'UnsupportedSqlOperation'],
    ['LOWER(s.i)', 'IncorrectSqlFunctionArgumentType'],
    ['s.i || s.s', 'IncorrectSqlFunctionArgumentType'],
    ["s.i LIKE '1%'", 'LikeInvalidInputs'],
    ['EXTRACT(YEAR FROM s.s)', 'IncorrectSqlFunctionArgumentType'],
    ['SUBSTRING(s.s, 1.5)', 'IncorrectSqlFunctionArgumentType'],
    ['SUM(s.s)', 'IncorrectSqlFunctionArgumentType'],
    ['CAST(s.l AS INT)', 'InvalidCast'],
  ])('%s is %s', (expression, code) => {
    expect(codeOf(() => askJson(`SELECT ${expression} FROM S3Object s`, [record]))).toBe(code)
  })

  test('a star has the members of the record, or the record', () => {
    expect(askJson('SELECT * FROM S3Object', [{ a: 1, b: null }, 5, [1], null, undefined])).toEqual([
      { a: 1n, b: null },
      { _1: 5n },
      { _1: [1n] },
      { _1: null },
      {},
    ])
    expect(askJson('SELECT s.a.*, s.b FROM S3Object s', [{ a: { x: 1 }, b: 2 }, { b: 3 }])).toEqual([
      { x: 1n, b: 2n },
      { b: 3n },
    ])
  })

  test('two members whose names differ in case are ambiguous, in a small object and a large one', () => {
    for (const size of [0, 100]) {
      const others = Object.fromEntries(Array.from({ length: size }, (_, at) => [`member${at}`, at]))
      const records = [{ a: 1, A: 2, b: 3, ...others }]
      expect(codeOf(() => askJson('SELECT s.a FROM S3Object s', records))).toBe('AmbiguousFieldName')
      expect(askJson('SELECT s."A", s.B, s.c FROM S3Object s', records)).toEqual([{ A: 2n, B: 3n }])
    }
  })

  test('names beyond ASCII have no case either', () => {
    expect(askJson('SELECT s.GRÖSSE AS x FROM S3Object s', [{ größe: 1, grösse: 2 }])).toEqual([{ x: 2n }])
    expect(askJson('SELECT s.k AS x FROM S3Object s', [{ '\u212a': 1 }])).toEqual([{ x: 1n }])
  })

  test('names of objects that JavaScript has are none', () => {
    expect(askJson('SELECT s.constructor, s.__proto__ FROM S3Object s', [{}])).toEqual([{}])
  })
})

describe('WHERE', () => {
  test('keeps what is true, not what is null or MISSING', () => {
    const values = [true, false, null, undefined, 1, 'true'].map((a) => ({ a }))
    expect(askJson('SELECT s.a FROM S3Object s WHERE s.a', values)).toEqual([{ a: true }])
    expect(askJson('SELECT s.a FROM S3Object s WHERE NOT s.a', values)).toEqual([{ a: false }])
  })
})

describe('LIMIT', () => {
  test('ends the query when there are as many', () => {
    const run = prepareQuery('SELECT * FROM S3Object WHERE _1 > 1 LIMIT 2', { inputKind: 'CSV', now }).start()
    const states = rows(['1', '2', '1', '3', '4']).map((row) => [run.isDone, run.take(row)?.values[0]])
    expect(states).toEqual([
      [false, undefined],
      [false, '2'],
      [false, undefined],
      [false, '3'],
      [true, undefined],
    ])
    expect(run.finish()).toBeUndefined()
  })

  test('0 is done at once', () => {
    for (const selected of ['*', 'COUNT(*)']) {
      const run = prepareQuery(`SELECT ${selected} FROM S3Object LIMIT 0`, { inputKind: 'JSON', now }).start()
      expect(run.isDone).toBe(true)
      expect(run.take({ value: 1n })).toBeUndefined()
      expect(run.finish()).toBeUndefined()
    }
  })

  test('is of answers, not of what an aggregate function takes', () => {
    expect(askJson('SELECT COUNT(*) FROM S3Object LIMIT 1', [1, 2, 3])).toEqual([{ _1: 3n }])
  })
})

test('two runs of a query know nothing of each other', () => {
  const query = prepareQuery('SELECT COUNT(*), SUM(a) FROM S3Object', { inputKind: 'CSV', now })
  const [one, other] = [query.start(), query.start()]
  one.take({ fields: ['5', '6'], header: headerOf(['a', 'b']) })
  other.take({ fields: ['5', '6'], header: headerOf(['b', 'a']) })
  other.take({ fields: ['5', '7'], header: headerOf(['b', 'a']) })
  expect(one.finish()?.values).toEqual([1n, 5n])
  expect(other.finish()?.values).toEqual([2n, 13n])
})

test('Parquet is read as JSON is', () => {
  const value = new Map([['a', new Map([['b', 5n]])]])
  expect(ask('SELECT s.a.b FROM S3Object s WHERE s.a.b > 4.5', [{ value }], 'Parquet')).toEqual([{ b: 5n }])
})

test('an error in a branch that is not taken is none', () => {
  expect(askJson('SELECT CASE WHEN s.a = 0 THEN 0 ELSE 1 / 0 END AS x FROM S3Object s', [{ a: 0 }])).toEqual([
    { x: 0n },
  ])
  expect(codeOf(() => askJson('SELECT 1 / 0 FROM S3Object', []))).toBeUndefined()
  expect(codeOf(() => askJson('SELECT 1 / 0 FROM S3Object', [1]))).toBe('ExternalEvalException')
})

describe('the columns that a query looks at', () => {
  const columnsOf = (expression: string) =>
    prepareQuery(expression, { inputKind: 'Parquet', now: new Date(0) }).columns?.map(({ text }) => text)

  test.each([
    ['SELECT a, s.b FROM S3Object s WHERE s.c.d > 1 AND f LIKE g', ['a', 'b', 'c', 'f', 'g']],
    ['SELECT COUNT(*) FROM S3Object', []],
    ['SELECT SUM(s.x) + MAX(CASE WHEN s.y THEN 1 ELSE s.z END) FROM S3Object s', ['x', 'y', 'z']],
    ['SELECT s.a.* FROM S3Object s', ['a']],
    ['SELECT "A" FROM S3Object', ['A']],
  ])('of %s', (expression, names) => {
    expect(columnsOf(expression)?.toSorted()).toEqual(names)
  })

  test.each(['SELECT * FROM S3Object WHERE a = 1', 'SELECT s.* FROM S3Object s', 'SELECT s FROM S3Object s'])(
    'are all of %s',
    (expression) => {
      expect(columnsOf(expression)).toBeUndefined()
    },
  )
})
