import { describe, expect, it } from 'vitest'
import { RequestContext } from '../request-context.ts'
import { compileCondition } from './conditions.ts'

type Values = Readonly<Record<string, string | readonly string[]>>

function holds(
  operator: string,
  key: string,
  values: string | readonly string[],
  context: Values,
  effect: 'Allow' | 'Deny' = 'Allow',
): boolean {
  const texts = typeof values === 'string' ? [values] : values
  return compileCondition(operator, key, texts, { effect, variables: true }).condition.holds(
    RequestContext.of(context),
  )
}

describe('operators', () => {
  const ARN = 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt'
  it.each<[string, string | readonly string[], string, boolean]>([
    ['StringEquals', 'john', 'john', true],
    ['StringEquals', 'john', 'John', false],
    ['StringEquals', 'j*', 'john', false],
    ['StringEquals', ['jane', 'john'], 'john', true],
    ['StringNotEquals', ['jane', 'john'], 'john', false],
    ['StringNotEquals', ['jane', 'john'], 'jim', true],
    ['StringEqualsIgnoreCase', 'JOHN', 'john', true],
    ['StringNotEqualsIgnoreCase', 'JOHN', 'john', false],
    ['StringLike', 'j?h*', 'john', true],
    ['StringLike', 'J*', 'john', false],
    ['StringNotLike', 'j*', 'john', false],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9.5', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '-1', '0', true],
    ['NumericGreaterThanEquals', '1.2', '1.3', true],
    ['NumericLessThan', '10', 'few', false],
    ['NumericNotEquals', '10', 'few', true],
    ['DateEquals', '2020-01-01T00:00:00Z', '2020-01-01T01:00:00+01:00', true],
    ['DateEquals', '1577836800', '2020-01-01', true],
    ['DateNotEquals', '2020', '2020-01', false],
    ['DateGreaterThan', '2020-01-01T00:00:01Z', '2020-01-01T00:00:02Z', true],
    ['DateGreaterThanEquals', '2020-01-01T00:00:01Z', '2020-01-01T00:00:01Z', true],
    ['DateLessThan', '2020-01-01T00:00:01Z', '2020-01-01T00:00:01Z', false],
    ['DateLessThanEquals', '2020-01-01T00:00:01.500Z', '1577836801.25', true],
    ['DateLessThan', '2030-01-01', 'soon', false],
    ['Bool', 'false', 'False', true],
    ['Bool', 'true', 'false', false],
    ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],
    ['IpAddress', ['203.0.113.0/24', '2001:DB8:1234:5678::/64'], '2001:db8:1234:5678::9', true],
    ['IpAddress', '203.0.113.0/24', '198.51.100.1', false],
    ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.1', false],
    ['StringLike', 'arn:aws:someservice:*:111122223333:finance/*', ARN, true],
    ['ArnLike', 'arn:aws:someservice:*:111122223333:finance/*', ARN, false],
    ['ArnLike', 'arn:aws:someservice:*:999999999999:*', ARN, true],
    ['ArnEquals', 'arn:aws:*:*:9?9999999999:store/*', ARN, true],
    ['ArnNotEquals', 'arn:aws:someservice:us-east-2:999999999999:*', ARN, false],
    ['ArnNotLike', 'arn:aws:s3:::*', ARN, true],
    ['ArnLike', '*', ARN, false],
  ])('%s %j on %j: %j', (operator, values, actual, expected) => {
    expect(holds(operator, 'aws:key', values, { 'AWS:Key': actual })).toBe(expected)
  })
})

describe('absent keys', () => {
  it.each<[string, string, boolean]>([
    ['StringEquals', 'x', false],
    ['StringNotEquals', 'x', true],
    ['StringNotLike', 'x', true],
    ['ArnNotLike', 'arn:aws:s3:::x', true],
    ['NumericLessThan', '1', false],
    ['NotIpAddress', '1.2.3.4', true],
    ['StringEqualsIfExists', 'x', true],
    ['StringNotEqualsIfExists', 'x', true],
    ['BoolIfExists', 'true', true],
    ['Null', 'true', true],
    ['Null', 'false', false],
    ['ForAllValues:StringEquals', 'x', true],
    ['ForAnyValue:StringEquals', 'x', false],
    ['ForAnyValue:StringNotEquals', 'x', false],
    ['ForAnyValue:StringEqualsIfExists', 'x', true],
  ])('%s %j: %j', (operator, value, expected) => {
    expect(holds(operator, 'aws:key', value, {})).toBe(expected)
    expect(holds(operator, 'aws:key', value, { 'aws:key': [] })).toBe(expected)
  })

  it('are told from present ones by Null', () => {
    expect(holds('Null', 'aws:key', 'true', { 'aws:key': '' })).toBe(false)
    expect(holds('Null', 'aws:key', 'False', { 'aws:key': 'x' })).toBe(true)
  })
})

describe('keys with several values', () => {
  const wanted = ['PostDateTime', 'Message', 'Tags']
  it.each<[string, readonly string[], boolean]>([
    ['ForAllValues:StringLike', ['PostDateTime', 'Message'], true],
    ['ForAllValues:StringLike', ['PostDateTime', 'UserName'], false],
    ['ForAllValues:StringLike', [''], true],
    ['ForAnyValue:StringLike', ['PostDateTime', 'UserName'], true],
    ['ForAnyValue:StringLike', ['UserName'], false],
    ['ForAnyValue:StringLike', [''], false],
    ['ForAllValues:StringNotEquals', ['ID', 'UserName'], true],
    ['ForAllValues:StringNotEquals', ['ID', 'Tags'], false],
    ['ForAnyValue:StringNotEquals', ['ID', 'Tags'], true],
    ['ForAnyValue:StringNotEquals', ['Message', 'Tags'], false],
    ['StringEquals', ['ID', 'Tags'], true],
    ['StringNotEquals', ['ID', 'Tags'], false],
  ])('%s of %j: %j', (operator, values, expected) => {
    expect(holds(operator, 'dynamodb:Attributes', wanted, { 'dynamodb:attributes': values })).toBe(expected)
  })
})

describe('variables', () => {
  const context = {
    's3:prefix': 'home/David/',
    'aws:username': 'David',
    'aws:PrincipalArn': 'arn:aws:iam::1:user/David',
  }

  it('stand in text and ARNs', () => {
    expect(holds('StringLike', 's3:prefix', ['', 'home/', 'home/${aws:username}/*'], context)).toBe(true)
    expect(holds('StringEquals', 's3:prefix', 'home/${aws:USERNAME}/', context)).toBe(true)
    expect(holds('StringEqualsIgnoreCase', 's3:prefix', 'HOME/${aws:username}/', context)).toBe(true)
    expect(holds('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/${aws:username}', context)).toBe(true)
  })

  it('without a value let nobody in and nobody out', () => {
    const missing = '${aws:PrincipalTag/team}'
    expect(holds('StringEquals', 's3:prefix', missing, context, 'Allow')).toBe(false)
    expect(holds('StringNotEquals', 's3:prefix', missing, context, 'Allow')).toBe(false)
    expect(holds('StringNotEquals', 's3:prefix', missing, context, 'Deny')).toBe(true)
  })
})
