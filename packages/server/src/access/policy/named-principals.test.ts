import { expect, it } from 'vitest'
import { namedPrincipals, withNames } from './named-principals.ts'
import { parsePolicy } from './parse-policy.ts'

const USER = 'arn:aws:iam::111111111111:user/team/jill'
const ROLE_ID = 'AROAREADER0000000000A'
const SESSION = 'arn:aws:sts::111111111111:assumed-role/reader/s'

const statement = (more: object): object => ({ Effect: 'Deny', Action: 'kms:*', Resource: '*', ...more })
const text = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    statement({ Principal: { AWS: [USER, '111111111111', ROLE_ID, SESSION] } }),
    statement({ NotPrincipal: { AWS: USER } }),
    statement({ Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': USER } } }),
  ],
})

it('finds the users and roles that a policy names', () => {
  expect(namedPrincipals(parsePolicy(text, { kind: 'key' }))).toEqual({
    arns: new Set([USER]),
    uniqueIds: new Set([ROLE_ID]),
  })
})

it('calls them otherwise where they are named as principals, and nowhere else', () => {
  const kept = withNames(text, new Map([[USER, 'AIDAJILL000000000000A']]))
  expect(kept).toBe(
    text
      .replace(`["${USER}"`, '["AIDAJILL000000000000A"')
      .replace(`{"AWS":"${USER}"}`, '{"AWS":"AIDAJILL000000000000A"}'),
  )
  expect(withNames(kept, new Map([['AIDAJILL000000000000A', USER]]))).toBe(text)
})

it('leaves a text alone that names nobody', () => {
  expect(withNames(' {"Statement" : []}', new Map())).toBe(' {"Statement" : []}')
})
