import { expect, it } from 'vitest'
import { openMemory } from '../../metadata/engines/memory.ts'
import { iamPolicyHolders, iamPolicyUses } from '../../metadata/tables/iam-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { withAttached, withoutAttached } from './attached-policies.ts'

const accountId = '100000000001'
const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const withOthers = (count: number) => ({
  accountId,
  name: 'n',
  path: '/',
  createdMilliseconds: 0,
  attachedPolicies: Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/${index}`),
})

it('takes ten policies, and no more', async () => {
  const store = openMemory()
  const attach = (row: ReturnType<typeof withOthers>) =>
    transact(store, (transaction) => withAttached(transaction, 'AROAX', row, { PolicyArn }, 'Role'))
  const full = await attach(withOthers(9))
  expect(full.attachedPolicies).toHaveLength(10)
  expect(await attach(full)).toBe(full)
  await expect(attach(withOthers(10))).rejects.toThrow('Cannot exceed quota for PoliciesPerRole: 10')
})

it('counts whom a policy is attached to, and leaves nothing behind', async () => {
  const store = openMemory()
  const uses = async () => await readRow(store, iamPolicyUses, accountId, PolicyArn)
  const attach = (id: string) =>
    transact(store, (transaction) => withAttached(transaction, id, withOthers(0), { PolicyArn }, 'User'))
  const [first, second] = [await attach('AIDA1'), await attach('AIDA2')]
  expect(await uses()).toEqual({ attachments: 2, boundaries: 0 })
  await transact(store, (transaction) => withoutAttached(transaction, 'AIDA1', first, { PolicyArn }))
  expect(await uses()).toEqual({ attachments: 1, boundaries: 0 })
  await transact(store, (transaction) => withoutAttached(transaction, 'AIDA2', second, { PolicyArn }))
  expect(await uses()).toBeUndefined()
  expect(await store.scan({ ...iamPolicyHolders.range(accountId), limit: 1 })).toEqual([])
})
