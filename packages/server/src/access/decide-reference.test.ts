import { describe, expect, it } from 'vitest'
import type { Acl } from './acl/acl.ts'
import { type Caller, callerOf, type NamedPolicy } from './caller.ts'
import { tries } from '../../../../tests/support/sizes.ts'
import { decide } from './decide.ts'
import type { Evidence } from './evidence.ts'
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
import { Random, randomCase, randomRoleCase, textOf } from './random-cases.suite.ts'
import { RequestContext } from './request-context.ts'

function callerOfCase({ principal, identityPolicies, boundary, session, scopes }: Case): Caller {
  const policies = {
    identity: identityPolicies.map(named),
    boundary: boundary && named(boundary),
    session: session?.map(named),
    scopes: scopes?.map(named),
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
  const { rule, resource, bucket, object, bucketPolicy } = test
  const action = test.action as Evidence['action']
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

/** As if the bucket were a key or a role. */
function isAllowedOnService(test: Case, kind: 'key' | 'trust'): boolean {
  const { action, resource, bucket, bucketPolicy } = test
  const policy = bucketPolicy && parsePolicy(textOf(bucketPolicy), { kind })
  const decision = decideOnService({
    caller: callerOfCase(test),
    action,
    resource,
    accountId: bucket.owner.id,
    context: RequestContext.of(test.context),
    policy: policy && { source: `${kind}-policy`, policy },
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

const CASES = tries(20_000, 8)

interface Reference {
  readonly name: string
  readonly draw: (random: Random) => Case
  readonly decided: (test: Case) => boolean
  readonly decidedSlowly: (test: Case) => boolean
}

const REFERENCES: readonly Reference[] = [
  { name: 'buckets', draw: randomCase, decided: isAllowed, decidedSlowly: isAllowedSlowly },
  {
    name: "keys, and what is IAM's",
    draw: randomCase,
    decided: (test) => isAllowedOnService(test, 'key'),
    decidedSlowly: isAllowedOnServiceSlowly,
  },
  {
    name: 'roles',
    draw: randomRoleCase,
    decided: (test) => isAllowedOnService(test, 'trust'),
    decidedSlowly: isAllowedOnServiceSlowly,
  },
]

describe('the decision is that of the slow evaluator', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

  it.each(REFERENCES)(
    `on ${CASES} random cases of $name (SEED=${seed})`,
    { timeout: 600_000 },
    ({ draw, decided, decidedSlowly }) => {
      const random = new Random(seed)
      const wrong: object[] = []
      const allowed = new Map<string, number>()
      for (let number = 0; number < CASES && wrong.length === 0; number++) {
        const test = draw(random)
        const expected = decidedSlowly(test)
        if (decided(test) !== expected) wrong.push({ seed, number, expected, test })
        const { kind } = test.principal
        if (expected) allowed.set(kind, (allowed.get(kind) ?? 0) + 1)
      }
      expect(wrong).toEqual([])
      // Cases that all end the same way would show nothing.
      const together = [...allowed.values()].reduce((sum, count) => sum + count, 0)
      expect(together).toBeGreaterThan(CASES / 20)
      expect(together).toBeLessThan((CASES * 9) / 10)
      expect([...allowed.keys()]).toEqual(
        expect.arrayContaining(['anonymous', 'service', 'account', 'user', 'assumed-role', 'federated-user']),
      )
    },
  )
})
