import assert from 'node:assert/strict'
import {
  evaluatePolicy,
  type PolicyRequest,
} from '../../../packages/server/src/access/policy/evaluate-policy.ts'
import { parsePolicy, type PolicyOptions } from '../../../packages/server/src/access/policy/parse-policy.ts'
import type { Policy } from '../../../packages/server/src/access/policy/policy.ts'
import { PolicyError } from '../../../packages/server/src/access/policy/policy-error.ts'
import { anonymous, type Principal } from '../../../packages/server/src/access/principal.ts'
import { RequestContext } from '../../../packages/server/src/access/request-context.ts'
import { mainAccount } from '../../support/accounts.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

const kinds: readonly PolicyOptions[] = [
  { kind: 'bucket', bucket: 'b' },
  { kind: 'identity' },
  { kind: 'key' },
  { kind: 'trust' },
]
const principals: readonly Principal[] = [
  anonymous,
  { kind: 'account', account: mainAccount },
  { kind: 'user', account: mainAccount, id: 'AIDA', name: 'a/b' },
]
const context = RequestContext.of({
  'aws:SourceIp': '10.1.2.3',
  'aws:SecureTransport': 'true',
  'aws:CurrentTime': '2026-03-04T05:06:07Z',
  'aws:PrincipalArn': 'arn:aws:iam::100000000001:user/a/b',
  's3:prefix': 'home/a',
  's3:max-keys': '5',
  's3:RequestObjectTagKeys': ['a', 'b'],
})

/** Policies of all four kinds, and what they say of a few requests. */
export const policies: FuzzTarget = {
  seeds: [
    '{"Version":"2012-10-17","Id":"i","Statement":[{"Sid":"s","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":["100000000001","arn:aws:iam::100000000001:user/a/b"]},"NotAction":["s3:Get*","s3:P?t*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/${aws:username, \'x\'}/${*}"],"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","::1"]},"ForAllValues:StringLikeIfExists":{"s3:RequestObjectTagKeys":["a*","?"]},"Null":{"aws:TokenIssueTime":"true"},"NumericLessThan":{"s3:max-keys":"10"},"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},"StringEqualsIgnoreCase":{"s3:prefix":"HOME/${aws:username}"},"BinaryEquals":{"k":"QUJD"}}}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*"},{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com","Federated":"f"},"Action":"sts:AssumeRole"}]}',
  ],
  words: [
    '"NotPrincipal":',
    '"NotResource":',
    '"ForAnyValue:',
    'IfExists"',
    '${aws:',
    '"__proto__":',
    'arn:aws:s3:::b/*',
    '"CanonicalUser":',
  ],
  mostStepsPerByte: 600,
  run(bytes) {
    for (const options of kinds) {
      const outcome = outcomeOf(() => parsePolicy(bytes.toString(), options), isPolicyError)
      if (outcome.value) check(outcome.value)
    }
  },
}

/** The first denial ends an evaluation; the whole of it must come to the same. */
function check(policy: Policy): void {
  for (const principal of principals) {
    for (const action of ['s3:getobject', 's3:putobject', 'sts:assumerole']) {
      const request: PolicyRequest = { principal, action, resource: 'arn:aws:s3:::b/k?*', context }
      assert.deepEqual(
        evaluatePolicy(policy, request),
        evaluatePolicy(policy, request, () => undefined),
      )
    }
  }
}

function isPolicyError(error: Error): boolean {
  return error instanceof PolicyError
}
