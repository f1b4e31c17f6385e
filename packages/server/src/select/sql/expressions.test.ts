import { describe, expect, test } from 'vitest'
import { askCsv, askJson, codeOf, valueOf } from './run-query.suite.ts'

describe('three-valued logic', () => {
  const T = 'TRUE'
  const F = 'FALSE'
  const N = 'NULL'
  const M = 'MISSING'
  test.each([
    [T, T, 'true', 'true'],
    [T, F, 'false', 'true'],
    [T, N, 'null', 'true'],
    [T, M, 'null', 'true'],
    [F, F, 'false', 'false'],
    [F, N, 'false', 'null'],
    [F, M, 'false', 'null'],
    [N, N, 'null', 'null'],
    [N, M, 'null', 'null'],
    [M, M, 'null', 'null'],
  ])('%s and/or %s', (left, right, and, or) => {
    expect(valueOf(`${left} AND ${right}`)).toBe(and)
    expect(valueOf(`${right} AND ${left}`)).toBe(and)
    expect(valueOf(`${left} OR ${right}`)).toBe(or)
    expect(valueOf(`${right} OR ${left}`)).toBe(or)
  })

  test.each([
    ['NOT TRUE', 'false'],
    ['NOT FALSE', 'true'],
    ['NOT NULL', 'null'],
    ['NOT MISSING', 'missing'],
    ['NOT 1', 'missing'],
    ['NULL = NULL', 'null'],
    ['NULL <> 1', 'null'],
    ['MISSING = NULL', 'missing'],
    ['1 < MISSING', 'missing'],
    ['NULL IS NULL', 'true'],
    ['MISSING IS NULL', 'true'],
    ['NULL IS MISSING', 'false'],
    ['MISSING IS MISSING', 'true'],
    ['1 IS NOT NULL', 'true'],
    ['NULL IS NOT MISSING', 'true'],
    ["'' IS NULL", 'false'],
    ['NULL + 1', 'null'],
    ['MISSING + NULL', 'missing'],
    ['-NULL', 'null'],
    ["NULL || 'a'", 'null'],
    ["MISSING || NULL || 'a'", 'missing'],
    ["NULL LIKE 'a'", 'null'],
    ["'a' LIKE NULL", 'null'],
    ["'a' LIKE MISSING", 'missing'],
    ["'a' LIKE 'a' ESCAPE NULL", 'null'],
    ['1 IN (2, NULL)', 'null'],
    ['1 IN (1, NULL)', 'true'],
    ['1 IN (2, MISSING)', 'null'],
    ['1 NOT IN (2, NULL)', 'null'],
    ['NULL IN (1)', 'null'],
    ['MISSING IN (1)', 'missing'],
    ['NULL BETWEEN 1 AND 2', 'null'],
    ['0 BETWEEN 1 AND NULL', 'false'],
    ['1 BETWEEN NULL AND 0', 'false'],
    ['1 BETWEEN 1 AND NULL', 'null'],
    ['CASE NULL WHEN NULL THEN 1 ELSE 2 END', '2'],
    ['CASE WHEN NULL THEN 1 END', 'null'],
    ['LOWER(NULL)', 'null'],
    ['LOWER(MISSING)', 'missing'],
    ["SUBSTRING('abc', NULL, 1)", 'null'],
    ["SUBSTRING('abc', 1, MISSING)", 'missing'],
    ['CAST(NULL AS INT)', 'null'],
    ['CAST(MISSING AS INT)', 'missing'],
    ['DATE_ADD(day, NULL, `2010T`)', 'null'],
    ['EXTRACT(DAY FROM NULL)', 'null'],
    ['NULLIF(MISSING, 1)', 'missing'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })
})

describe('comparisons', () => {
  test.each([
    ['1 = 1.0', 'true'],
    ['1 = 1e0', 'true'],
    ['1.5 = 1.5e0', 'true'],
    ['0.1 = CAST(0.1 AS FLOAT)', 'true'],
    ['9007199254740993 = 9007199254740992e0', 'false'],
    ['2 > 1.5', 'true'],
    ['1.5e0 < 2', 'true'],
    ["'a' < 'b'", 'true'],
    ["'B' < 'a'", 'true'],
    ["'a' = 'a '", 'false'],
    ['TRUE > FALSE', 'true'],
    ['`2007T` = `2007-01-01T00:00Z`', 'true'],
    ['`2007-02-23T12:14Z` < `2007-02-23T12:14:00.001Z`', 'true'],
    ["1 = '1'", 'false'],
    ["1 <> '1'", 'true'],
    ["1 < '1'", 'missing'],
    ['TRUE = 1', 'false'],
    ['[1, 2] = [1.0, 2e0]', 'true'],
    ['[1] = [1, 2]', 'false'],
    ['1 IN (3, 2, 1.0)', 'true'],
    ["'b' IN ('a', 'b')", 'true'],
    ["'b' NOT IN ('a', 1, TRUE, `2007T`)", 'true'],
    ['TRUE IN (FALSE, TRUE)', 'true'],
    ['`2007T` IN (`2007-01-01T00:00Z`)', 'true'],
    ['9007199254740993 IN (9007199254740992)', 'false'],
    ['[1] IN ([1], 2)', 'true'],
    ['2 IN [1, 2]', 'true'],
    ['5 BETWEEN 1 AND 5', 'true'],
    ['5 NOT BETWEEN 1 AND 4', 'true'],
    ["'b' BETWEEN 'a' AND 'c'", 'true'],
    ["5 BETWEEN 'a' AND 'c'", 'null'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })
})

describe('arithmetic', () => {
  test.each([
    ['1 + 2', '3'],
    ['7 / 2', '3'],
    ['-7 / 2', '-3'],
    ['-7 % 2', '-1'],
    ['7.0 / 2', '3.5'],
    ['1 / 3.0', `0.${'3'.repeat(38)}`],
    ['1 + 0.50', '1.50'],
    ['1 + 1e0', '2e0'],
    ['0.5 * 2e0', '1e0'],
    ['5.5 % 2', '1.5'],
    ['5.5e0 % 2', '1.5e0'],
    ['1e0 / 0', 'Infinitye0'],
    ['9223372036854775807 + 0', '9223372036854775807'],
    ['9223372036854775807 + 1.0', '9223372036854775808.0'],
    ["'a' || 'b' || ''", "'ab'"],
    ['-(-1)', '1'],
    ['+1.5', '1.5'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })

  test.each([
    ['9223372036854775807 + 1', 'IntegerOverflow'],
    ['-9223372036854775808 - 1', 'IntegerOverflow'],
    ['4611686018427387904 * 2', 'IntegerOverflow'],
    ['-9223372036854775808 / -1', 'IntegerOverflow'],
    ['-(-9223372036854775807 - 1)', 'IntegerOverflow'],
    ['1 / 0', 'ExternalEvalException'],
    ['1 % 0', 'ExternalEvalException'],
    ['1 IN (2, 1 / 0, 1)', 'ExternalEvalException'],
    ['1.5 / 0', 'ExternalEvalException'],
    ['1.5 % 0.0', 'ExternalEvalException'],
    ["1 + '1'", 'UnsupportedSqlOperation'],
    ['-TRUE', 'UnsupportedSqlOperation'],
    ['`2007T` + 1', 'UnsupportedSqlOperation'],
    ["'a' || 1", 'IncorrectSqlFunctionArgumentType'],
    ['`1d2000000000` * `1d2000000000`', 'NumberFormatError'],
  ])('%s is %s', (expression, code) => {
    expect(codeOf(() => valueOf(expression))).toBe(code)
  })
})

describe('CAST', () => {
  test.each([
    ["'5' AS INT", '5'],
    ["' -05 ' AS INTEGER", '-5'],
    ["'+5' AS SMALLINT", '5'],
    ['1.9 AS INT', '1'],
    ['-1.9e0 AS INT', '-1'],
    ['TRUE AS INT', '1'],
    ["'1e2' AS FLOAT", '100e0'],
    ["'.5' AS REAL", '0.5e0'],
    ["'12345678901234567890.5' AS FLOAT", '12345678901234567000e0'],
    ['5 AS DOUBLE PRECISION', '5e0'],
    ['1.50 AS FLOAT(5)', '1.5e0'],
    ['TRUE AS FLOAT', '1e0'],
    ["'1.50' AS DECIMAL", '1.50'],
    ["'1.5e2' AS NUMERIC", '1.5E+2'],
    ['5 AS DEC', '5'],
    ['0.1e0 AS DECIMAL', '0.1'],
    ['TRUE AS DECIMAL', '1'],
    ["'123.456' AS DECIMAL(4)", '123.5'],
    ["'123.456' AS DECIMAL(4, 1)", '123.456'],
    ["'TRUE' AS BOOL", 'true'],
    ["' false ' AS BOOLEAN", 'false'],
    ['0 AS BOOL', 'false'],
    ['0.0 AS BOOL', 'false'],
    ['2e0 AS BOOL', 'true'],
    ['5 AS STRING', "'5'"],
    ['1.50 AS STRING', "'1.50'"],
    ['1.5e0 AS STRING', "'1.5'"],
    ['TRUE AS STRING', "'true'"],
    ['`2007-02-23T12:14Z` AS STRING', "'2007-02-23T12:14Z'"],
    ["'abc' AS VARCHAR(2)", "'ab'"],
    ["'\u{1f600}bc' AS CHAR(2)", "'\u{1f600}b'"],
    ["'abc' AS CHARACTER VARYING(5)", "'abc'"],
    ["'2007-02-23' AS TIMESTAMP", '2007-02-23'],
    ['`2007T` AS TIMESTAMP', '2007T'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(`CAST(${expression})`)).toBe(expected)
  })

  test.each([
    ["'few' AS INT", 'CastFailed'],
    ["'' AS INT", 'CastFailed'],
    ["'1.5' AS INT", 'CastFailed'],
    ["'1e2' AS INT", 'CastFailed'],
    ["'0x10' AS INT", 'CastFailed'],
    ["'9223372036854775808' AS INT", 'IntegerOverflow'],
    ["'99999999999999999999999999999999999999999' AS INT", 'IntegerOverflow'],
    ['1e30 AS INT', 'IntegerOverflow'],
    ['`1d30` AS INT', 'IntegerOverflow'],
    ['1e0 / 0 AS INT', 'CastFailed'],
    ['1e0 / 0 AS DECIMAL', 'CastFailed'],
    ["'few' AS FLOAT", 'CastFailed'],
    ["'Infinity' AS FLOAT", 'CastFailed'],
    ["'1e999' AS FLOAT", 'CastFailed'],
    ["'few' AS DECIMAL", 'CastFailed'],
    ["'yes' AS BOOL", 'CastFailed'],
    ["'2007' AS TIMESTAMP", 'CastFailed'],
    ['5 AS TIMESTAMP', 'InvalidCast'],
    ['`2007T` AS INT', 'InvalidCast'],
    ['`2007T` AS FLOAT', 'InvalidCast'],
    ['`2007T` AS DECIMAL', 'InvalidCast'],
    ['`2007T` AS BOOL', 'InvalidCast'],
    ['[1] AS STRING', 'InvalidCast'],
  ])('%s is %s', (expression, code) => {
    expect(codeOf(() => valueOf(`CAST(${expression})`))).toBe(code)
  })

  test('that fail say from what type to which', () => {
    expect(() => askCsv('SELECT CAST(_1 AS TIMESTAMP) FROM S3Object', ['Tuesday'])).toThrow(
      'cast from STRING to TIMESTAMP.',
    )
  })
})

describe('functions of texts', () => {
  test.each([
    ["CHAR_LENGTH('\u{1f600}a')", '2'],
    ["UPPER('straße')", "'STRASSE'"],
    ["SUBSTRING('a\u{1f600}b', 2, 1)", "'\u{1f600}'"],
    ["SUBSTRING('abc', 4)", "''"],
    ["SUBSTRING('abc', 2, 0)", "''"],
    ["SUBSTRING('abc', -9223372036854775807, 9223372036854775807)", "''"],
    ["SUBSTRING('abc' FROM 2)", "'bc'"],
    ["SUBSTRING('abc' FROM 2 FOR 1)", "'b'"],
    ["TRIM('xy' FROM 'xxabcyx')", "'abc'"],
    ["TRIM(FROM '  a ')", "'a'"],
    ["TRIM(LEADING 'x' FROM 'xax')", "'ax'"],
    ["TRIM(TRAILING 'x' FROM 'xax')", "'xa'"],
    ["TRIM('\u{1f600}' FROM '\u{1f600}a\u{1f600}\u{1f601}')", "'a\u{1f600}\u{1f601}'"],
    ["TRIM(BOTH 'x' FROM 'xxx')", "''"],
    ["TRIM(BOTH '' FROM ' a ')", "' a '"],
    ['COALESCE(NULL, MISSING, 3, 1 / 0)', '3'],
  ])('%s is %s', (expression, expected) => {
    expect(valueOf(expression)).toBe(expected)
  })

  test.each([
    ["SUBSTRING('abc', 1, -1)", 'IllegalSqlFunctionArgument'],
    ["SUBSTRING('abc', '1')", 'IncorrectSqlFunctionArgumentType'],
    ['CHAR_LENGTH(5)', 'IncorrectSqlFunctionArgumentType'],
    ["TRIM(1 FROM 'a')", 'IncorrectSqlFunctionArgumentType'],
    ['DATE_ADD(day, 1.5, `2010T`)', 'IncorrectSqlFunctionArgumentType'],
    ["DATE_ADD(day, 1, '2010T')", 'IncorrectSqlFunctionArgumentType'],
    ["TO_TIMESTAMP('few')", 'ValueParseFailure'],
    ['TO_TIMESTAMP(5)', 'IncorrectSqlFunctionArgumentType'],
    ["TO_STRING('2010T', 'y')", 'IncorrectSqlFunctionArgumentType'],
    ['TO_STRING(`2010T`, 5)', 'IncorrectSqlFunctionArgumentType'],
  ])('%s is %s', (expression, code) => {
    expect(codeOf(() => valueOf(expression))).toBe(code)
  })

  test('a text never becomes longer than a record', () => {
    const text = 'x'.repeat(600_000)
    expect(codeOf(() => askJson('SELECT a || a FROM S3Object', [{ a: text }]))).toBe('OverMaxRecordSize')
    expect(codeOf(() => askJson("SELECT a || 'y' FROM S3Object", [{ a: text }]))).toBeUndefined()
  })
})
