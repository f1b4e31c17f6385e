import { expect, it } from 'vitest'
import { withAttached } from './attached-policies.ts'

const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const transaction = { put: () => {} }
const withOthers = (count: number) => ({
  accountId: '100000000001',
  name: 'n',
  path: '/',
  createdMilliseconds: 0,
  attachedPolicies: Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/${index}`),
})

it('takes ten policies, and no more', () => {
  const full = withAttached(transaction, 'AROAX', withOthers(9), { PolicyArn }, 'Role')
  expect(full.attachedPolicies).toHaveLength(10)
  expect(withAttached(transaction, 'AROAX', full, { PolicyArn }, 'Role')).toBe(full)
  expect(() => withAttached(transaction, 'AROAX', withOthers(10), { PolicyArn }, 'Role')).toThrow(
    'Cannot exceed quota for PoliciesPerRole: 10',
  )
})
