import { describe, expect, test } from 'vitest'
import { prepareQuery } from './prepare-query.ts'
import { ask, askCsv, askJson, codeOf, jsonValue, now, valueOf } from './run-query.suite.ts'

/** Source: S3 User Guide, the pages of the SQL reference by their names. */
describe('Conditional functions', () => {
  test.each([
    ['COALESCE(1)', '1'],
    ['COALESCE(null)', 'null'],
    ['COALESCE(null, null)', 'null'],
    ['COALESCE(missing)', 'null'],
    ['COALESCE(missing, missing)', 'null'],
    ['COALESCE(1, null)', '1'],
    ['COALESCE(null, null, 1)', '1'],
    ["COALESCE(null, 'string')", "'string'"],
    ['COALESCE(missing, 1)', '1'],
    ['NULLIF(1, 1)', 'null'],
    ['NULLIF(1, 2)', '1'],
    ['NULLIF(1.0, 1)', 'null'],
    ["NULLIF(1, '1')", '1'],
    ['NULLIF([1], [1])', 'null'],
    ['NULLIF(1, NULL)', '1'],
    ['NULLIF(NULL, 1)', 'null'],
    ['NULLIF(null, null)', 'null'],
    ['NULLIF(missing, null)', 'null'],
    ['NULLIF(missing, missing)', 'null'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })

  test('CASE with a value', () => {
    const query =
      "SELECT venuecity, CASE venuecity WHEN 'New York City' THEN 'Big Apple' ELSE 'other' END FROM S3Object;"
    expect(askCsv(query, ['Los Angeles', 'New York City'], 'venuecity')).toEqual([
      { venuecity: 'Los Angeles', _2: 'other' },
      { venuecity: 'New York City', _2: 'Big Apple' },
    ])
  })

  test('CASE with conditions', () => {
    const query =
      "SELECT pricepaid, CASE WHEN CAST(pricepaid as FLOAT) < 10000 THEN 'group 1' WHEN CAST(pricepaid as FLOAT) > 10000 THEN 'group 2' ELSE 'group 3' END FROM S3Object;"
    expect(askCsv(query, ['12624.00', '10000.00', '9996.00'], 'pricepaid')).toEqual([
      { pricepaid: '12624.00', _2: 'group 2' },
      { pricepaid: '10000.00', _2: 'group 3' },
      { pricepaid: '9996.00', _2: 'group 1' },
    ])
  })
})

describe('Conversion functions', () => {
  test.each([
    ["CAST('2007-04-05T14:30Z' AS TIMESTAMP)", '2007-04-05T14:30Z'],
    ['CAST(0.456 AS FLOAT)', '0.456e0'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })
})

describe('Date functions', () => {
  test.each([
    ['DATE_ADD(year, 5, `2010-01-01T`)', '2015-01-01'],
    ['DATE_ADD(month, 1, `2010T`)', '2010-02T'],
    ['DATE_ADD(month, 13, `2010T`)', '2011-02T'],
    ['DATE_ADD(day, -1, `2017-01-10T`)', '2017-01-09'],
    ['DATE_ADD(hour, 1, `2017T`)', '2017-01-01T01:00-00:00'],
    ['DATE_ADD(hour, 1, `2017-01-02T03:04Z`)', '2017-01-02T04:04Z'],
    ['DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)', '2017-01-02T03:05:05.006Z'],
    ['DATE_ADD(second, 1, `2017-01-02T03:04:05.006Z`)', '2017-01-02T03:04:06.006Z'],
    ['DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)', '1'],
    // The page says 4 of `year`, which is the months between them.
    ['DATE_DIFF(month, `2010T`, `2010-05T`)', '4'],
    ['DATE_DIFF(month, `2010T`, `2011T`)', '12'],
    ['DATE_DIFF(month, `2011T`, `2010T`)', '-12'],
    ['DATE_DIFF(day, `2010-01-01T23:00`, `2010-01-02T01:00`)', '0'],
    ['EXTRACT(YEAR FROM `2010-01-01T`)', '2010'],
    ['EXTRACT(MONTH FROM `2010T`)', '1'],
    ['EXTRACT(MONTH FROM `2010-10T`)', '10'],
    ['EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)', '3'],
    ['EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)', '4'],
    ['EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)', '7'],
    ['EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)', '8'],
    ["TO_STRING(`1969-07-20T20:18Z`,  'MMMM d, y')", "'July 20, 1969'"],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", "'Jul 20, 1969'"],
    ["TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", "'7-20-69'"],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", "'07-20-1969'"],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", "'July 20, 1969 8:18 PM'"],
    ["TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", "'1969-07-20T20:18:00Z'"],
    // The page has a timestamp with two offsets, 1969-07-20T20:18+08:00Z, with that result.
    ["TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", "'1969-07-20T20:18:00Z'"],
    ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')", "'1969-07-20T20:18:00+0800'"],
    ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')", "'1969-07-20T20:18:00+08:00'"],
    ["TO_TIMESTAMP('2007T')", '2007T'],
    ["TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", '2007-02-23T12:14:33.079-08:00'],
    ['UTCNOW()', '2017-10-13T16:02:11.123Z'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })
})

describe('String functions', () => {
  test.each([
    ["CHAR_LENGTH('')", '0'],
    ["CHAR_LENGTH('abcdefg')", '7'],
    ["CHARACTER_LENGTH('abcdefg')", '7'],
    ["LOWER('AbCdEfG!@#$')", "'abcdefg!@#$'"],
    ["UPPER('AbCdEfG!@#$')", "'ABCDEFG!@#$'"],
    ["SUBSTRING('123456789', 0)", "'123456789'"],
    ["SUBSTRING('123456789', 1)", "'123456789'"],
    ["SUBSTRING('123456789', 2)", "'23456789'"],
    ["SUBSTRING('123456789', -4)", "'123456789'"],
    ["SUBSTRING('123456789', 0, 999)", "'123456789'"],
    ["SUBSTRING('123456789', 1, 5)", "'12345'"],
    ["SUBSTRING('123456789' FROM -1 FOR 4)", "'12'"],
    ["SUBSTRING('123456789' FROM -4 FOR 3)", "''"],
    ["TRIM('       foobar         ')", "'foobar'"],
    ["TRIM('      \\tfoobar\\t         ')", "'\\tfoobar\\t'"],
    ["TRIM(LEADING FROM '       foobar         ')", "'foobar         '"],
    ["TRIM(TRAILING FROM '       foobar         ')", "'       foobar'"],
    ["TRIM(BOTH FROM '       foobar         ')", "'foobar'"],
    ["TRIM(BOTH '12' FROM '1112211foobar22211122')", "'foobar'"],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })
})

describe('Aggregate functions', () => {
  test('the sum of the sizes in a folder', () => {
    const query =
      "SELECT SUM(CAST(_3 as INT)) FROM s3object s WHERE _2 LIKE 'example-folder/%' AND _2 != 'example-folder/';"
    const lines = [
      'DOC-EXAMPLE-BUCKET,example-folder/,0',
      'DOC-EXAMPLE-BUCKET,example-folder/object1,2011267',
      'DOC-EXAMPLE-BUCKET,example-folder/object2,1570024',
    ]
    expect(askCsv(query, lines)).toEqual([{ _1: 3581291n }])
  })
})

describe('SELECT command', () => {
  /** What a reader makes of the path `[*].Rules[*].id` in the page's data. */
  const ids = ['1', undefined, '2', undefined].map((value) => ({ value }))

  test('the name that the path ends with is the row', () => {
    const query = 'SELECT id FROM S3Object[*].Rules[*].id'
    expect(ask(query, ids)).toEqual([{ id: '1' }, {}, { id: '2' }, {}])
    expect(ask(`${query} WHERE id IS NOT MISSING`, ids)).toEqual([{ id: '1' }, { id: '2' }])
    expect(prepareQuery(query, { inputKind: 'JSON', now }).path).toEqual([
      { kind: 'name', name: { text: 'Rules', isQuoted: false } },
      { kind: 'everyElement' },
      { kind: 'name', name: { text: 'id', isQuoted: false } },
    ])
  })

  test('a row without a name is _1', () => {
    const books = [{ value: jsonValue({ price: 5 }) }]
    expect(ask('SELECT _1.price FROM S3Object[*].books[*]', books)).toEqual([{ price: 5n }])
    expect(ask('SELECT price FROM S3Object[*].books[*].price', [{ value: 5n }])).toEqual([{ price: 5n }])
  })

  test('members of a document', () => {
    const files = [{ name: '.' }, { name: '..' }]
    const documents = [{ created: '936864000', dir_name: 'important_docs', files, owner: 'Amazon S3' }]
    expect(askJson('SELECT d.dir_name, d.files FROM S3Object[*] d', documents)).toEqual([
      { dir_name: 'important_docs', files },
    ])
    expect(askJson('SELECT _1.dir_name, _1.owner FROM S3Object[*]', documents)).toEqual([
      { dir_name: 'important_docs', owner: 'Amazon S3' },
    ])
  })

  test('members in members, and elements', () => {
    const person = {
      name: 'Susan Smith',
      org: 'engineering',
      projects: [
        { project_name: 'project1', completed: false },
        { project_name: 'project2', completed: true },
      ],
    }
    expect(askJson('Select s.name from S3Object s', [person])).toEqual([{ name: 'Susan Smith' }])
    expect(askJson('Select s.projects[0].project_name from S3Object s', [person])).toEqual([
      { project_name: 'project1' },
    ])
  })

  test('only names in double quotes are case sensitive', () => {
    expect(askCsv('SELECT s.name from S3Object s', ['x'], 'NAME')).toEqual([{ name: 'x' }])
    expect(codeOf(() => askCsv('SELECT s."name" from S3Object s', ['x'], 'NAME'))).toBe('MissingHeaders')
    expect(codeOf(() => askCsv('SELECT s.name from S3Object s', ['x,y'], 'NAME,name'))).toBe(
      'AmbiguousFieldName',
    )
    expect(askCsv('SELECT s."NAME" from S3Object s', ['x,y'], 'NAME,name')).toEqual([{ NAME: 'x' }])
    const both = [{ NAME: 'x', name: 'y' }]
    expect(askJson('SELECT s.name from S3Object s', [{ NAME: 'x' }])).toEqual([{ name: 'x' }])
    expect(codeOf(() => askJson('SELECT s.name from S3Object s', both))).toBe('AmbiguousFieldName')
    expect(askJson('SELECT s."NAME" from S3Object s', both)).toEqual([{ NAME: 'x' }])
  })

  test('a reserved word is a name in double quotes', () => {
    expect(askCsv('SELECT s."CAST" from S3Object s', ['x'], 'CAST')).toEqual([{ CAST: 'x' }])
    expect(codeOf(() => askCsv('SELECT s.CAST from S3Object s', ['x'], 'CAST'))).toBe(
      'ParseInvalidPathComponent',
    )
  })

  test('a path begins with [*], and is one of JSON alone', () => {
    const options = { inputKind: 'JSON', now } as const
    expect(codeOf(() => prepareQuery('SELECT * FROM S3Object.path', options))).toBe('InvalidKeyPath')
    expect(codeOf(() => prepareQuery('SELECT * FROM S3Object[0].path', options))).toBe('InvalidKeyPath')
    for (const inputKind of ['CSV', 'Parquet'] as const) {
      expect(codeOf(() => prepareQuery('SELECT * FROM S3Object[*].path', { inputKind, now }))).toBe(
        'InvalidKeyPath',
      )
      expect(codeOf(() => prepareQuery('SELECT * FROM S3Object[*] s', { inputKind, now }))).toBeUndefined()
    }
  })
})
