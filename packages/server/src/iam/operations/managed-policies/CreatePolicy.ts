import { newId } from '../../../identities/new-id.ts'
import { policyArn } from '../../../identities/policy-arn.ts'
import {
  iamPolicies,
  iamPolicyPaths,
  type IamPolicyRow,
  iamPolicyVersions,
} from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { ofAccount, shownPolicies } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { checkManagedPolicy } from '../../shared/policy-document.ts'
import { tagsOf, withTags } from '../../shared/tags.ts'

export const CreatePolicy = defineOperation('CreatePolicy', {
  resource: ({ Path = '/', PolicyName }, { caller }) =>
    policyArn({ accountId: caller.account.id, path: Path, name: PolicyName }),
  tagging: 'TagPolicy',
  async handle({ PolicyName, Path = '/', PolicyDocument, Description, Tags = [] }, { service, caller }) {
    const { metadata, clock, random } = service
    checkManagedPolicy(PolicyDocument)
    const tags = withTags([], Tags, 'different')
    const createdMilliseconds = clock.now().getTime()
    const first = { number: 1, createdMilliseconds }
    const row: IamPolicyRow = {
      accountId: caller.account.id,
      id: newId('policy', random),
      name: PolicyName,
      path: Path,
      ...(Description !== undefined && { description: Description }),
      ...(tags.length > 0 && { tags }),
      createdMilliseconds,
      document: PolicyDocument,
      defaultVersion: 1,
      versions: [first],
      lastVersion: first,
    }
    await transact(metadata, async (transaction) => {
      const lowerName = PolicyName.toLowerCase()
      if (await transaction.get(iamPolicies, row.accountId, lowerName)) throw alreadyExists(PolicyName)
      transaction.put(iamPolicies, [row.accountId, lowerName], row)
      transaction.put(iamPolicyPaths, [row.accountId, `${Path}${lowerName}`], {})
      transaction.put(iamPolicyVersions, [row.id, 1], { document: PolicyDocument })
    })
    const [shown] = await shownPolicies(metadata, row.accountId, [ofAccount(row)])
    return { Policy: { ...shown, ...tagsOf(tags) } }
  },
})

function alreadyExists(name: string): QueryError {
  const message = `A policy called ${name} already exists. Duplicate names are not allowed.`
  return new QueryError('EntityAlreadyExists', message)
}
