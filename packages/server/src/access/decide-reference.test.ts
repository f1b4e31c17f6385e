import { describe, expect, it } from 'vitest'
import type { Acl } from './acl/acl.ts'
import { type Caller, callerOf, type NamedPolicy } from './caller.ts'
import { decide } from './decide.ts'
import { decideOnService } from './decide-on-service.ts'
import type { Decision } from './decision.ts'
import {
  type Case,
  isAllowedOnServiceSlowly,
  isAllowedSlowly,
  type Owned,
  type RawStatement,
} from './decide-slowly.suite.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { Random, randomCase, textOf } from './random-cases.suite.ts'
import { RequestContext } from './request-context.ts'

function callerOfCase({ principal, identityPolicies, boundary, session }: Case): Caller {
  const policies = {
    identity: identityPolicies.map(named),
    boundary: boundary && named(boundary),
    session: session?.map(named),
  }
  return { ...callerOf(principal), policies }
}

function isAllowed(test: Case): boolean {
  const acl = ({ owner, acl }: Owned): Acl | undefined =>
    acl && { ownerCanonicalId: owner.canonicalId, grants: acl }
  const owner = (owned: Owned) => ({
    ownerAccountId: owned.owner.id,
    ownerCanonicalId: owned.owner.canonicalId,
    acl: acl(owned),
  })
  const { rule, action, resource, bucket, object, bucketPolicy } = test
  const decision = decide({
    caller: callerOfCase(test),
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
  return checked(decision)
}

/** As if the bucket were a key. */
function isAllowedOnService(test: Case): boolean {
  const { action, resource, bucket, bucketPolicy } = test
  const policy = bucketPolicy && parsePolicy(textOf(bucketPolicy), { kind: 'key' })
  const decision = decideOnService({
    caller: callerOfCase(test),
    action,
    resource,
    accountId: bucket.owner.id,
    context: RequestContext.of(test.context),
    policy: policy && { source: 'key-policy', policy },
  })
  return checked(decision)
}

function checked({ allowed, reasons }: Decision): boolean {
  if (reasons.at(-1)?.effect !== (allowed ? 'Allow' : 'Deny'))
    throw new Error('the last reason is not what decided')
  return allowed
}

function named(statements: readonly RawStatement[]): NamedPolicy {
  const policy = parsePolicy(textOf(statements), { kind: 'identity' })
  return { name: 'p', of: { kind: 'user', name: 'jill' }, policy }
}

const CASES = process.env['HOLDFAST_TEST_LARGE'] ? 20_000 : 1_000

describe('the decision is that of the slow evaluator', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

  it.each([
    ['buckets', isAllowed, isAllowedSlowly],
    ["keys, roles and what is IAM's", isAllowedOnService, isAllowedOnServiceSlowly],
  ])(`on ${CASES} random cases of %s (SEED=${seed})`, { timeout: 600_000 }, (_of, decided, decidedSlowly) => {
    const random = new Random(seed)
    const wrong: object[] = []
    let allowed = 0
    for (let number = 0; number < CASES && wrong.length === 0; number++) {
      const test = randomCase(random)
      const expected = decidedSlowly(test)
      if (decided(test) !== expected) wrong.push({ seed, number, expected, test })
      if (expected) allowed++
    }
    expect(wrong).toEqual([])
    // Cases that all end the same way would show nothing.
    expect(allowed).toBeGreaterThan(CASES / 20)
    expect(allowed).toBeLessThan((CASES * 9) / 10)
  })
})
