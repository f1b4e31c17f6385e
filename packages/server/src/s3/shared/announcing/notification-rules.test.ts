import { describe, expect, it } from 'vitest'
import type { EventName } from './event-names.ts'
import { eventTypesOf } from './event-names.ts'
import { elementsOf, matchesRule, parseNotification, ruleOf } from './notification-rules.ts'

function ruleFor(Events: string[], ...filter: (readonly [name: string, value: string])[]) {
  const FilterRules = filter.map(([Name, Value]) => ({ Name, Value }))
  return ruleOf({ kind: 'Queue', arn: 'queue', Id: 'id', Events, Filter: { Key: { FilterRules } } })
}

describe('matchesRule', () => {
  it.each<[EventName, boolean]>([
    ['ObjectCreated:Put', true],
    ['ObjectCreated:CompleteMultipartUpload', true],
    ['ObjectRemoved:Delete', true],
    ['ObjectRemoved:DeleteMarkerCreated', false],
    ['LifecycleExpiration:Delete', false],
  ])('holds %s against types and wildcards', (name, matches) => {
    const rule = ruleFor(['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete'])
    expect(matchesRule(rule, name, 'any key')).toBe(matches)
  })

  it.each([
    ['images/a.jpg', true],
    ['images/.jpg', true],
    ['images/a.JPG', false],
    ['Images/a.jpg', false],
    ['x/images/a.jpg', false],
    ['images/a.jpg/', false],
  ])('holds %s against prefix and suffix', (key, matches) => {
    const rule = ruleFor(['s3:ObjectCreated:*'], ['prefix', 'images/'], ['Suffix', '.jpg'])
    expect(matchesRule(rule, 'ObjectCreated:Put', key)).toBe(matches)
  })

  it.each([
    ['a+b', 'a b/x', true],
    ['a+b', 'a+b/x', false],
    ['a%2Bb', 'a+b/x', true],
    ['year%3D', 'year=2020', true],
    ['year=', 'year=2020', true],
    ['%C5%BE', 'žába', true],
    ['100%', '100%', true],
    ['*', 'anything', false],
  ])('takes the prefix %s as encoded: %s', (prefix, key, matches) => {
    const rule = ruleFor(['s3:ObjectAcl:Put'], ['prefix', prefix])
    expect(matchesRule(rule, 'ObjectAcl:Put', key)).toBe(matches)
  })

  it('lets prefix and suffix overlap in a key', () => {
    expect(
      matchesRule(ruleFor(['s3:ObjectAcl:Put'], ['prefix', 'aba'], ['suffix', 'ba']), 'ObjectAcl:Put', 'aba'),
    ).toBe(true)
  })
})

it('a wildcard stands for the types of its group', () => {
  expect(eventTypesOf('s3:ObjectTagging:*')).toEqual(['s3:ObjectTagging:Delete', 's3:ObjectTagging:Put'])
  expect(eventTypesOf('s3:ObjectAcl:*')).toBeUndefined()
  expect(eventTypesOf('toString')).toBeUndefined()
})

it('what is kept comes back as rules of every kind', () => {
  const Events = ['s3:ObjectAcl:Put'] as const
  const text = JSON.stringify({
    TopicConfigurations: [{ TopicArn: 'topic', Events }],
    QueueConfigurations: [{ QueueArn: 'queue', Events }],
    LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'function', Events }],
  })
  const elements = elementsOf(parseNotification(text))
  expect(elements.map(({ kind, arn }) => [kind, arn])).toEqual([
    ['Topic', 'topic'],
    ['Queue', 'queue'],
    ['CloudFunction', 'function'],
  ])
  expect(elements.map(ruleOf).map(({ destination, prefix }) => [destination, prefix])).toEqual([
    ['topic', ''],
    ['queue', ''],
    ['function', ''],
  ])
})
