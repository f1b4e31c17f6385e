import { describe, expect, it } from 'vitest'
import type { Acl } from './acl/acl.ts'
import { callerOf, type NamedPolicy } from './caller.ts'
import { decide } from './decide.ts'
import { type Case, isAllowedSlowly, type Owned, type RawStatement } from './decide-slowly.suite.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { Random, randomCase, textOf } from './random-cases.suite.ts'
import { RequestContext } from './request-context.ts'

function isAllowed(test: Case): boolean {
  const acl = ({ owner, acl }: Owned): Acl | undefined =>
    acl && { ownerCanonicalId: owner.canonicalId, grants: acl }
  const owner = (owned: Owned) => ({
    ownerAccountId: owned.owner.id,
    ownerCanonicalId: owned.owner.canonicalId,
    acl: acl(owned),
  })
  const { principal, rule, action, resource, bucket, object, bucketPolicy, identityPolicies } = test
  const policies = {
    identity: identityPolicies.map(named),
    boundary: test.boundary && named(test.boundary),
    session: test.session?.map(named),
  }
  const decision = decide({
    caller: { ...callerOf(principal), policies },
    rule,
    action,
    resource,
    bucket: {
      name: 'b',
      ...owner(bucket),
      objectOwnership: test.ownership,
      policy: bucketPolicy && parsePolicy(textOf(bucketPolicy), { kind: 'bucket', bucket: 'b' }),
      publicAccessBlock: test.block,
    },
    object: object && owner(object),
    context: RequestContext.of(test.context),
  })
  const last = decision.reasons.at(-1)
  if (last?.effect !== (decision.allowed ? 'Allow' : 'Deny'))
    throw new Error('the last reason is not what decided')
  return decision.allowed
}

function named(statements: readonly RawStatement[]): NamedPolicy {
  const policy = parsePolicy(textOf(statements), { kind: 'identity' })
  return { name: 'p', of: { kind: 'user', name: 'jill' }, policy }
}

const CASES = process.env['HOLDFAST_TEST_LARGE'] ? 20_000 : 4_000

describe('the decision is that of the slow evaluator', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

  it(`on ${CASES} random cases (SEED=${seed})`, () => {
    const random = new Random(seed)
    const wrong: object[] = []
    let allowed = 0
    for (let number = 0; number < CASES && wrong.length === 0; number++) {
      const test = randomCase(random)
      const expected = isAllowedSlowly(test)
      if (isAllowed(test) !== expected) wrong.push({ seed, number, expected, test })
      if (expected) allowed++
    }
    expect(wrong).toEqual([])
    // Cases that all end the same way would show nothing.
    expect(allowed).toBeGreaterThan(CASES / 10)
    expect(allowed).toBeLessThan((CASES * 9) / 10)
  })
})
