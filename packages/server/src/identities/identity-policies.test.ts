import { expect, it } from 'vitest'
import { parsePolicy } from '../access/policy/parse-policy.ts'
import { memoryOf } from './identity-policies.ts'

it('a caller weighs what its policies, its tags and its claims do', () => {
  const tags = Array.from({ length: 50 }, (_, at) => [`key-${at}`, 'v'.repeat(256)] as const)
  const more = { 'ci.example:sub': 's'.repeat(2000) }
  const bare = memoryOf({ policies: { identity: [] }, traits: {} })
  expect(memoryOf({ policies: { identity: [] }, traits: { tags } })).toBeGreaterThan(bare + 50 * 512)
  expect(memoryOf({ policies: { identity: [] }, traits: { session: { more } } })).toBeGreaterThan(bare + 4000)
  const text = JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } })
  const policy = parsePolicy(text, { kind: 'identity' })
  const named = { name: 'p', of: { kind: 'user', name: 'ann' }, policy }
  expect(memoryOf({ policies: { identity: [named] } })).toBeGreaterThan(bare + 16 * text.length)
})
