import { describe, expect, test } from 'vitest'
import { codeOf, now, valueOf, written } from '../run-query.suite.ts'
import { prepareQuery } from '../prepare-query.ts'
import { parseQuery } from './parse-query.ts'
import type { Expression } from './syntax-tree.ts'

function prepare(expression: string): unknown {
  return prepareQuery(expression, { inputKind: 'JSON', now })
}

/** The expression with all its parentheses. */
function grouped(text: string): string {
  const item = parseQuery(`SELECT ${text} FROM S3Object`).items?.[0]
  return item?.kind === 'column' ? show(item.expression) : ''
}

function show(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? expression.value : written(expression.value)
    case 'path':
      return expression.root.text
    case 'comparison':
    case 'arithmetic':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`
    case 'and':
    case 'or':
    case 'concatenation':
    case 'list':
      return `(${expression.operands.map(show).join(` ${expression.kind} `)})`
    case 'between':
      return `(${show(expression.operand)} between ${show(expression.low)} ${show(expression.high)})`
    case 'in':
      return `(${show(expression.operand)} in ${show(expression.list)})`
    case 'like':
      return `(${show(expression.operand)} like ${show(expression.pattern)})`
    case 'not':
    case 'negative':
    case 'positive':
    case 'isNull':
    case 'isMissing':
      return `${expression.kind}(${show(expression.operand)})`
    case 'case':
    case 'cast':
    case 'call':
    case 'aggregate':
      return expression.kind
  }
}

describe('precedence', () => {
  test.each([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['a * -b', '(a * negative(b))'],
    ['- - a', 'negative(negative(a))'],
    ['+a % 2', '(positive(a) % 2)'],
    ['(1 + 2) * 3', '((1 + 2) * 3)'],
    ['a || b + c', '(a concatenation (b + c))'],
    ['a + 1 IN (1, 2)', '((a + 1) in (1 list 2))'],
    ['a IN (1) BETWEEN b AND c', '((a in (1)) between b c)'],
    ["a BETWEEN b AND c LIKE 'x'", '((a between b c) like x)'],
    ["a LIKE 'x' < b", '((a like x) < b)'],
    ['a < b = c', '((a < b) = c)'],
    ['a = b <= c', '(a = (b <= c))'],
    ['a = b = c', '(a = (b = c))'],
    ['a != b', '(a <> b)'],
    ['a = b IS NULL', 'isNull((a = b))'],
    ['a IS NOT MISSING = b', '(not(isMissing(a)) = b)'],
    ['NOT a = b', 'not((a = b))'],
    ['NOT NOT a', 'not(not(a))'],
    ['a NOT IN (1)', 'not((a in (1)))'],
    ["a NOT LIKE 'x' AND b NOT BETWEEN 1 AND 2", '(not((a like x)) and not((b between 1 2)))'],
    ['NOT a AND b OR c AND d', '((not(a) and b) or (c and d))'],
    ['a OR b AND c', '(a or (b and c))'],
    ['a BETWEEN 1 AND 2 AND b', '((a between 1 2) and b)'],
    ['a IN b', '(a in b)'],
    ['CASE WHEN a THEN 1 END + 1', '(case + 1)'],
  ])('%s is %s', (text, expected) => {
    expect(grouped(text)).toBe(expected)
  })
})

describe('what a query may be', () => {
  test.each([
    'SELECT * FROM S3Object',
    'select * from s3object;',
    'SELECT * FROM "s3object"',
    'SELECT ALL a FROM S3Object',
    'SELECT *\n\tFROM S3Object -- all of it\nLIMIT 5 /* but no more */ ;',
    'SELECT a AS b, c d, "e" "f", s.*, s.g.* FROM S3Object AS s WHERE a = 1 LIMIT 10',
    `SELECT a.b[0]['c'].d FROM S3Object[*].e['f'][0].*[*] AS a`,
    'SELECT größe, año_1, $x FROM S3Object',
    'SELECT date_add, to_string, utcnow FROM S3Object',
    'SELECT SUM(a) + COUNT(*) / 2, 1 FROM S3Object',
    'SELECT COUNT(ALL a) FROM S3Object',
    'SELECT a FROM S3Object WHERE a IN (1) LIMIT 0',
    'SELECT a FROM S3Object LIMIT 99999999999999999999999999',
  ])('%s', (expression) => {
    expect(codeOf(() => prepare(expression))).toBeUndefined()
  })
})

describe('mistakes', () => {
  test.each([
    ['', 'ParseExpectedKeyword'],
    ['   ', 'ParseExpectedKeyword'],
    ['INSERT INTO S3Object', 'ParseExpectedKeyword'],
    ['"SELECT" * FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT', 'ParseEmptySelect'],
    ['SELECT FROM S3Object', 'ParseEmptySelect'],
    ['SELECT DISTINCT a FROM S3Object', 'ParseUnsupportedSelect'],
    ['SELECT VALUE a FROM S3Object', 'ParseUnsupportedSelect'],
    ['SELECT (SELECT a FROM S3Object) FROM S3Object', 'ParseUnsupportedSelect'],
    ['SELECT * FROM (SELECT a FROM S3Object)', 'ParseUnsupportedSelect'],
    ['SELECT *', 'ParseSelectMissingFrom'],
    ['SELECT a WHERE a = 1', 'ParseSelectMissingFrom'],
    ['SELECT a LIMIT 1', 'ParseSelectMissingFrom'],
    ['SELECT a b c FROM S3Object', 'ParseUnexpectedToken'],
    ['SELECT *, a FROM S3Object', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT a, * FROM S3Object', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT s[*] FROM S3Object s', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s.*.a FROM S3Object s', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s[0].* FROM S3Object s', 'ParseCannotMixSqbAndWildcardInSelectList'],
    ['SELECT 1 + s.* FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT a FROM S3Object s WHERE s.*', 'ParseInvalidPathComponent'],
    ['SELECT s.1 FROM S3Object s', 'ParseUnexpectedToken'],
    ['SELECT s[a] FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT s[-1] FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT s[1.5] FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT s[1 FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT s. FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT a AS FROM S3Object', 'ParseExpectedIdentForAlias'],
    ['SELECT a AS 5 FROM S3Object', 'ParseExpectedIdentForAlias'],
    ['SELECT a FROM S3Object AS where', 'ParseExpectedIdentForAlias'],
    ['SELECT a FROM', 'ParseExpectedTokenType'],
    ['SELECT a FROM WHERE b', 'ParseExpectedTokenType'],
    ['SELECT a FROM table1', 'InvalidDataSource'],
    ['SELECT a FROM S3Object, S3Object', 'MultipleDataSourcesUnsupported'],
    ['SELECT a FROM S3Object s JOIN S3Object t', 'ParseMalformedJoin'],
    ['SELECT a FROM S3Object s LEFT OUTER JOIN S3Object t', 'ParseMalformedJoin'],
    ['SELECT a FROM S3Object s AT i', 'ParseUnsupportedSyntax'],
    ['SELECT a FROM S3Object GROUP BY a', 'ParseUnsupportedLiteralsGroupBy'],
    ['SELECT a FROM S3Object ORDER BY a', 'ParseUnsupportedSyntax'],
    ['SELECT a FROM S3Object HAVING a', 'ParseUnsupportedSyntax'],
    ['SELECT a FROM S3Object UNION SELECT b FROM S3Object', 'ParseUnsupportedSyntax'],
    ['SELECT a FROM S3Object LIMIT', 'ParseExpectedNumber'],
    ["SELECT a FROM S3Object LIMIT '5'", 'ParseExpectedNumber'],
    ['SELECT a FROM S3Object LIMIT 1.5', 'ParseExpectedNumber'],
    ['SELECT a FROM S3Object LIMIT a', 'ParseExpectedNumber'],
    ['SELECT a FROM S3Object LIMIT -1', 'EvaluatorNegativeLimit'],
    ['SELECT a FROM S3Object LIMIT 1 WHERE b', 'ParseUnexpectedToken'],
    ['SELECT a FROM S3Object; SELECT b FROM S3Object', 'ParseUnexpectedToken'],
    ['SELECT a FROM S3Object WHERE', 'ParseExpectedExpression'],
    ['SELECT a, FROM S3Object', 'ParseUnExpectedKeyword'],
    ['SELECT date FROM S3Object', 'ParseUnExpectedKeyword'],
    ['SELECT a FROM S3Object WHERE = 1', 'ParseUnexpectedOperator'],
    ['SELECT a FROM S3Object WHERE a = * 1', 'ParseUnexpectedOperator'],
    ['SELECT ) FROM S3Object', 'ParseUnexpectedToken'],
    ['SELECT {} FROM S3Object', 'ParseUnexpectedToken'],
    ['SELECT (a FROM S3Object', 'ParseExpectedTokenType'],
    ['SELECT (a, b) FROM S3Object', 'ParseExpectedTokenType'],
    ['SELECT [a FROM S3Object', 'ParseExpectedTokenType'],
    ['SELECT a FROM S3Object WHERE a IN (1', 'ParseExpectedTokenType'],
    ['SELECT a FROM S3Object WHERE a IN ()', 'ParseUnexpectedToken'],
    ['SELECT a FROM S3Object WHERE a IS 5', 'ParseExpectedTypeName'],
    ['SELECT a FROM S3Object WHERE a IS "true"', 'ParseExpectedTypeName'],
    ['SELECT a FROM S3Object WHERE a BETWEEN 1 OR 2', 'ParseExpectedKeyword'],
    ['SELECT CASE END FROM S3Object', 'ParseExpectedWhenClause'],
    ['SELECT CASE a ELSE 1 END FROM S3Object', 'ParseExpectedWhenClause'],
    ['SELECT CASE WHEN a ELSE 1 END FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CASE WHEN a THEN 1 FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CAST a FROM S3Object', 'ParseExpectedLeftParenAfterCast'],
    ['SELECT CAST(a) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CAST(a, INT) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CAST(a AS) FROM S3Object', 'ParseExpectedTypeName'],
    ['SELECT CAST(a AS BLOB) FROM S3Object', 'ParseExpectedTypeName'],
    ["SELECT CAST(a AS 'INT') FROM S3Object", 'ParseExpectedTypeName'],
    ['SELECT CAST(a AS INT(5)) FROM S3Object', 'ParseCastArity'],
    ['SELECT CAST(a AS DECIMAL(5, 2, 1)) FROM S3Object', 'ParseCastArity'],
    ['SELECT CAST(a AS DECIMAL(39)) FROM S3Object', 'ParseInvalidTypeParam'],
    ['SELECT CAST(a AS DECIMAL(0)) FROM S3Object', 'ParseInvalidTypeParam'],
    ['SELECT CAST(a AS DECIMAL(b)) FROM S3Object', 'ParseInvalidTypeParam'],
    ['SELECT CAST(a AS INT FROM S3Object', 'ParseExpectedRightParenBuiltinFunctionCall'],
    ['SELECT LOWER FROM S3Object', 'ParseExpectedLeftParenBuiltinFunctionCall'],
    ['SELECT LOWER(a FROM S3Object', 'ParseExpectedRightParenBuiltinFunctionCall'],
    ['SELECT COALESCE(a 1) FROM S3Object', 'ParseExpectedArgumentDelimiter'],
    ['SELECT COALESCE() FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT LOWER() FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT LOWER(a, b) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT NULLIF(a) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT UTCNOW(1) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT SUBSTRING() FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT SUBSTRING(a) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT SUBSTRING(a, 1, 2, 3) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT SUBSTRING(a FROM 1, 2) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT TRIM(a, b) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT TRIM(LEADING a) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT TO_STRING(a) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT TO_STRING(a b) FROM S3Object', 'ParseExpectedRightParenBuiltinFunctionCall'],
    ['SELECT DATE_ADD(week, 1, a) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT DATE_ADD(TIMEZONE_HOUR, 1, a) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT DATE_ADD(day 1, a) FROM S3Object', 'ParseExpectedArgumentDelimiter'],
    ['SELECT DATE_ADD(day, 1) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT DATE_DIFF(day, a, b, c) FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT EXTRACT(WEEK FROM a) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT EXTRACT(DAY, a) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT FOO(a) FROM S3Object', 'UnsupportedFunction'],
    ['SELECT BIT_LENGTH(a) FROM S3Object', 'UnsupportedFunction'],
    ['SELECT SUM(*) FROM S3Object', 'ParseUnsupportedCallWithStar'],
    ['SELECT COUNT() FROM S3Object', 'ParseNonUnaryAgregateFunctionCall'],
    ['SELECT COUNT(a, b) FROM S3Object', 'ParseNonUnaryAgregateFunctionCall'],
    ['SELECT COUNT(DISTINCT a) FROM S3Object', 'ParseUnsupportedSyntax'],
    ['SELECT a, COUNT(*) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT COUNT(*) + a FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT s.*, COUNT(*) FROM S3Object s', 'UnsupportedSqlStructure'],
    ['SELECT SUM(COUNT(a)) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object WHERE COUNT(*) > 1', 'UnsupportedSqlStructure'],
  ])('%s', (expression, code) => {
    expect(codeOf(() => prepare(expression))).toBe(code)
  })

  test('a message says where the mistake is', () => {
    expect(() => prepare('SELECT a FORM S3Object')).toThrow("Found at character 15: 'S3Object'.")
    expect(() => prepare('SELECT a FROM S3Object WHERE ')).toThrow(
      'Found at character 30: the end of the expression.',
    )
    expect(() => prepare(`SELECT "${'a'.repeat(1000)}`)).toThrow(/'"a{39}…'\.$/)
    expect(() => prepare('SELECT \0')).toThrow("Found at character 8: '\ufffd'.")
    expect(() => prepare(`SELECT '${'a'.repeat(38)}\u{1f600}`)).toThrow(/'a{38}\ufffd…'\.$/)
  })
})

describe('literals', () => {
  test.each([
    ['5', '5'],
    ['9223372036854775807', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9223372036854775808', '9223372036854775808'],
    ['1.50', '1.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-1.5', '-1.5'],
    ['1e3', '1000e0'],
    ['1.5E-3', '0.0015e0'],
    ["'it''s'", "'it's'"],
    ["''", "''"],
    ["'a\nb'", "'a\nb'"],
    ['TRUE', 'true'],
    ['false', 'false'],
    ['Null', 'null'],
    ['MISSING', 'missing'],
    ['[1, [2], missing]', '[1, [2]]'],
    ['[]', '[]'],
    ['`2007-02-23T12:14:33.079-08:00`', '2007-02-23T12:14:33.079-08:00'],
    ['` 2007T `', '2007T'],
    ['`5`', '5'],
    ['`-1_000`', '-1000'],
    ['`1.5`', '1.5'],
    ['`1d3`', '1E+3'],
    ['`1e3`', '1000e0'],
    ['`"a\\"\\u00e4"`', `'a"ä'`],
    ['`true`', 'true'],
    ['`null`', 'null'],
    ['`TRUE`', "'TRUE'"],
    ["`'a b'`", "'a b'"],
  ])('%s is %s', (text, expected) => {
    expect(valueOf(text)).toBe(expected)
  })

  test.each([
    ["'abc", 'LexerInvalidLiteral'],
    ['"abc', 'LexerInvalidLiteral'],
    ['""', 'LexerInvalidLiteral'],
    ['12abc', 'LexerInvalidLiteral'],
    ['1e', 'LexerInvalidLiteral'],
    ['1e999', 'NumberFormatError'],
    ['`abc', 'LexerInvalidIONLiteral'],
    ['``', 'LexerInvalidIONLiteral'],
    ['`a b`', 'LexerInvalidIONLiteral'],
    ['`{a:1}`', 'LexerInvalidIONLiteral'],
    ['`2007-13T`', 'LexerInvalidIONLiteral'],
    ['`1969-07-20T20:18+08:00Z`', 'LexerInvalidIONLiteral'],
    ['`1e999`', 'LexerInvalidIONLiteral'],
    ['`01`', 'LexerInvalidIONLiteral'],
    ['a ! b', 'LexerInvalidOperator'],
    ['a | b', 'LexerInvalidOperator'],
    ['a ? b', 'LexerInvalidChar'],
    ['a # b', 'LexerInvalidChar'],
    ['@a', 'LexerInvalidChar'],
    ['a \u{1f600}', 'LexerInvalidChar'],
    ['a \ud800', 'LexerInvalidChar'],
    ['a /* b', 'LexerInvalidChar'],
    ['a \0', 'LexerInvalidChar'],
  ])('%j is %s', (text, code) => {
    expect(codeOf(() => valueOf(text))).toBe(code)
  })
})

describe('hostile queries', () => {
  test.each([
    ['parentheses', `${'('.repeat(60_000)}1${')'.repeat(60_000)}`],
    ['lists', `${'['.repeat(60_000)}1`],
    ['minus signs', `${'- '.repeat(60_000)}1`],
    ['NOTs', `${'NOT '.repeat(40_000)}TRUE`],
    ['equalities', `${'1='.repeat(60_000)}1`],
    ['a sum', `${'1+'.repeat(60_000)}1`],
    ['CASEs', `${'CASE WHEN '.repeat(20_000)}1`],
    ['functions', `${'LOWER('.repeat(20_000)}1`],
    ['BETWEENs', `${'1 BETWEEN 1 AND '.repeat(10_000)}1`],
    ['tests for null', `1${' IS NULL'.repeat(20_000)}`],
  ])('%s in each other', (_, text) => {
    expect(codeOf(() => valueOf(text))).toBe('MaxOperatorsExceeded')
  })

  test('as deep as may be still runs', () => {
    const [open, close] = ['LOWER(TRIM('.repeat(49), '))'.repeat(49)]
    expect(valueOf(`${open}'A'${close}`)).toBe("'a'")
    expect(valueOf(`${'CASE WHEN TRUE THEN '.repeat(98)}1${' END'.repeat(98)}`)).toBe('1')
    expect(valueOf(`${'1+'.repeat(990)}1`)).toBe('991')
  })

  test('BETWEENs in each other are not evaluated again and again', () => {
    const nested = Array.from({ length: 90 }).reduce<string>(
      (inner) => `(${inner}) BETWEEN TRUE AND TRUE`,
      'a = a',
    )
    const answer = prepareQuery(`SELECT ${nested} FROM S3Object`, { inputKind: 'JSON', now })
    expect(answer.start().take({ value: new Map([['a', 1n]]) })?.values).toEqual([true])
  })

  test.each([
    ['an AND of many', Array(20_000).fill('a = 1').join(' AND ')],
    ['an IN of many', `a IN (${Array(60_000).fill('1').join()})`],
    ['a concatenation of many', Array(50_000).fill("'a'").join('||')],
    ['a long path', `a${'.a'.repeat(100_000)}`],
    ['a long name', 'a'.repeat(250_000)],
    ['a long number', '7'.repeat(250_000)],
    ['a long string', `'${"''".repeat(120_000)}'`],
    ['a long comment', `/*${'*'.repeat(250_000)}*/ 1`],
  ])('%s is no problem', (_, text) => {
    expect(codeOf(() => prepare(`SELECT ${text} FROM S3Object`))).toBeUndefined()
  })

  test('256 KB are enough', () => {
    const longest = 'SELECT *FROM S3Object'.padEnd(256 * 1024)
    expect(codeOf(() => prepare(longest))).toBeUndefined()
    expect(codeOf(() => prepare(`${longest} `))).toBe('ExpressionTooLong')
    expect(codeOf(() => prepare(`SELECT '${'ä'.repeat(131_072)}' FROM S3Object`))).toBe('ExpressionTooLong')
  })
})
