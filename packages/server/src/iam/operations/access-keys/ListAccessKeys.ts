import { iamAccessKeys } from '../../../metadata/tables/iam-tables.ts'
import type { AccessKeyMetadata } from '../../../model/iam-types.gen.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'

export const ListAccessKeys = defineUserOperation('ListAccessKeys', {
  async handle({ row }, input, { service: { metadata } }) {
    const { items, rest } = pageOfList(row.accessKeyIds ?? [], input)
    const entries = await metadata.getMany(items.map((id) => iamAccessKeys.key(id)))
    const AccessKeyMetadata = entries.flatMap((entry, index): AccessKeyMetadata[] => {
      if (!entry) return []
      const { status, createdMilliseconds } = iamAccessKeys.decode(entry)
      const CreateDate = new Date(createdMilliseconds)
      return [{ UserName: row.name, AccessKeyId: items[index], Status: status, CreateDate }]
    })
    return { AccessKeyMetadata, ...rest }
  },
  handleRoot(input, { caller: { account } }) {
    const { items, rest } = pageOfList(account.accessKeys, input)
    const AccessKeyMetadata = items.map(({ accessKeyId }) => ({
      AccessKeyId: accessKeyId,
      Status: 'Active' as const,
    }))
    return Promise.resolve({ AccessKeyMetadata, ...rest })
  },
})
