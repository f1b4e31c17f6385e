import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iamModel, stsModel } from '../model/query-apis.ts'
import { QueryError } from '../model/query-error.ts'
import type { QueryMembers, QueryModel, QueryValue } from '../model/query-model.ts'
import { parseQuery } from './query.ts'
import { decodeQueryInput } from './query-input.ts'

function decode(operation: string, query: string, model: QueryModel = iamModel): unknown {
  return decodeQueryInput(model, model.operations[operation]?.input ?? {}, parseQuery(query))
}

describe('the input of an operation', () => {
  it('has lists of structures, by their numbers', () => {
    const tags = 'Tags.member.2.Key=b&Tags.member.2.Value=&Tags.member.1.Key=a&Tags.member.1.Value=1+2'
    expect(decode('CreateUser', `UserName=bob&${tags}`)).toEqual({
      UserName: 'bob',
      Tags: [
        { Key: 'a', Value: '1 2' },
        { Key: 'b', Value: '' },
      ],
    })
  })

  it('has numbers and truths', () => {
    expect(decode('ListUsers', 'MaxItems=10')).toEqual({ MaxItems: 10 })
    expect(
      decode('CreatePolicyVersion', 'PolicyArn=arn:aws:iam::1:policy/p&PolicyDocument=x&SetAsDefault=true'),
    ).toMatchObject({
      SetAsDefault: true,
    })
  })

  it('knows an empty list', () => {
    expect(decode('TagUser', 'UserName=bob&Tags=')).toEqual({ UserName: 'bob', Tags: [] })
  })

  it.each([
    [
      'CreateUser',
      '',
      "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'CreateUser',
      `UserName=${'x'.repeat(65)}`,
      `1 validation error detected: Value '${'x'.repeat(65)}' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      'GetUser',
      'UserName=a%2Fb',
      "1 validation error detected: Value 'a/b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    ],
    [
      'ListUsers',
      'MaxItems=0&PathPrefix=x',
      "2 validation errors detected: Value 'x' at 'pathPrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: /[!-\\u007F]*; Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'UpdateAccessKey',
      `AccessKeyId=${'A'.repeat(16)}&Status=On`,
      "1 validation error detected: Value 'On' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Expired, Inactive]",
    ],
    [
      'TagUser',
      'UserName=bob&Tags.member.1.Key=',
      "3 validation errors detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ],
  ])('of %s %s is refused', (operation, query, message) => {
    expect(() => decode(operation, query)).toThrow(message)
  })

  it('is never told where it is a secret', () => {
    const query = `OldPassword=${'s3cret'.repeat(30)}&NewPassword=%00`
    expect(() => decode('ChangePassword', query)).toThrow(/^(?!.*s3cret).*Value at 'oldPassword'/)
    expect(() => decode('GetSessionToken', 'TokenCode=12345x', stsModel)).toThrow(
      /^(?!.*12345x).*at 'tokenCode'/,
    )
  })

  it.each(['MaxItems=ten', 'MaxItems=99999999999'])('%s is no number', (query) => {
    expect(() => decode('ListUsers', query)).toThrow(expect.objectContaining({ code: 'MalformedInput' }))
  })

  it.each(['Tags.member.0.Key=a', 'Tags.member.x.Key=a', `${'a.'.repeat(17)}b=1`])(
    '%s is malformed',
    (query) => {
      expect(() => decode('CreateUser', `UserName=bob&${query}`)).toThrow(
        expect.objectContaining({ code: 'MalformedInput' }),
      )
    },
  )
})

/** Any input that the model allows for, with its parameters. */
function sample(model: QueryModel, members: QueryMembers, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(members).map(([name, member]) => {
    const value = valueOf(model, member, depth)
    return [name, member.required ? value : fc.option(value, { nil: undefined })] as const
  })
  return fc.record(Object.fromEntries(entries))
}

function valueOf(model: QueryModel, value: QueryValue, depth: number): fc.Arbitrary<unknown> {
  const { least = 0, most = 100, pattern } = value
  if (value.list) return fc.array(valueOf(model, value.list, depth), { minLength: least, maxLength: 3 })
  if (value.structure !== undefined) return sample(model, model.structures[value.structure] ?? {}, depth + 1)
  if (value.enum !== undefined) return fc.constantFrom(...(model.enums[value.enum] ?? []))
  if (value.type === 'boolean') return fc.boolean()
  if (value.type === 'integer') return fc.integer({ min: least, max: most })
  if (value.type === 'timestamp') return fc.constant(new Date('2026-01-02T03:04:05Z'))
  if (pattern === undefined)
    return fc.string({ minLength: least, maxLength: Math.max(least, Math.min(most, 40)) })
  return fc
    .constantFrom('a'.repeat(Math.max(least, 1)), '/', '/a/', '1'.repeat(Math.max(least, 1)), 'v1')
    .filter(
      (text) => new RegExp(`^(?:${pattern})$`, 'u').test(text) && text.length >= least && text.length <= most,
    )
}

function parameters(value: unknown, path: string): [string, string][] {
  if (value === undefined) return []
  if (value instanceof Date) return [[path, value.toISOString()]]
  if (Array.isArray(value)) {
    if (value.length === 0) return [[path, '']]
    return value.flatMap((item, index) => parameters(item, `${path}.member.${index + 1}`))
  }
  if (typeof value === 'object') {
    return Object.entries(value as object).flatMap(([name, item]) =>
      parameters(item, path === '' ? name : `${path}.${name}`),
    )
  }
  return [[path, `${value as string | number | boolean}`]]
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutAbsent(item)]))
}

/** Structures that are empty in a list leave no parameter behind, so they are no more than what was not sent. */
const READ = [
  'CreateUser',
  'TagUser',
  'UntagUser',
  'ListUsers',
  'UpdateAccessKey',
  'CreateRole',
  'CreatePolicy',
]

describe('the decoder', () => {
  it.each(READ)('reads every input of %s as it was meant', (operation) => {
    const members = iamModel.operations[operation]?.input ?? {}
    fc.assert(
      fc.property(sample(iamModel, members), (input) => {
        const text = new URLSearchParams(parameters(input, '')).toString()
        expect(decode(operation, text)).toEqual(withoutAbsent(input))
      }),
    )
  })

  it('answers whatever comes with an input or a refusal', () => {
    const name = fc.constantFrom(
      'UserName',
      'Tags',
      'Tags.member',
      'Tags.member.1',
      'Tags.member.1.Key',
      'Tags.entry.1',
      '__proto__',
      '.',
      '',
    )
    const pair = fc.tuple(fc.oneof(name, fc.string()), fc.string())
    const operation = fc.constantFrom(...Object.keys(iamModel.operations))
    fc.assert(
      fc.property(operation, fc.array(pair), (asked, pairs) => {
        expect(['input', 'refusal']).toContain(outcomeOf(asked, new URLSearchParams(pairs).toString()))
      }),
    )
  })
})

function outcomeOf(operation: string, query: string): unknown {
  try {
    decode(operation, query)
    return 'input'
  } catch (error) {
    return error instanceof QueryError ? 'refusal' : error
  }
}
