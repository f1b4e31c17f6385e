import type { ContextKeys } from '../../../access/request-context.ts'
import { authorizeCall } from '../../../identities/authorize-call.ts'
import { oidcProviderAddress } from '../../../identities/oidc-provider-arn.ts'
import { iamOidcProviders, type IamOidcProviderRow } from '../../../metadata/tables/iam-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import type { IamInputs, IamOperationName, IamOutputs } from '../../../model/iam-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { IamContext, IamService } from '../../shared/iam-service.ts'
import type { IamOperation } from '../../shared/operation.ts'
import { resourceTagKeys } from '../../shared/tags.ts'

type Name = {
  [Of in IamOperationName]: IamInputs[Of] extends { readonly OpenIDConnectProviderArn: string } ? Of : never
}[IamOperationName]

export interface FoundProvider {
  readonly arn: string
  readonly accountId: string
  /** The issuer of its tokens, without `https://`. */
  readonly address: string
  readonly row: IamOidcProviderRow
}

interface Declaration<Of extends Name> {
  /** Condition keys that the request brings. */
  keys?(input: IamInputs[Of]): ContextKeys
  handle(provider: FoundProvider, input: IamInputs[Of], context: IamContext): Promise<IamOutputs[Of]>
  /** Absent where it is an error that there is no such provider. */
  handleAbsent?(): Promise<IamOutputs[Of]>
}

/** Declares an operation on the provider of an ARN. Whoever may not do it learns nothing of whether there is such a one. */
export function defineProviderOperation<Of extends Name>(
  name: Of,
  declaration: Declaration<Of>,
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const input = given as unknown as IamInputs[Of]
    const { OpenIDConnectProviderArn: resource } = input
    const { service, caller } = context
    const found = await findProvider(service, caller.account.id, resource)
    const keys = { ...resourceTagKeys(found?.row.tags), ...declaration.keys?.(input) }
    authorizeCall(service, caller, { action, resource, keys })
    const answering = found ? declaration.handle(found, input, context) : declaration.handleAbsent?.()
    if (!answering) throw noSuchProvider(resource)
    return (await answering) as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

async function findProvider(
  { metadata }: IamService,
  accountId: string,
  arn: string,
): Promise<FoundProvider | undefined> {
  const address = oidcProviderAddress(accountId, arn)
  const row =
    address === undefined ? undefined : await readRow(metadata, iamOidcProviders, accountId, address)
  return address === undefined || !row ? undefined : { arn, accountId, address, row }
}

/** Writes the row of a provider that may have changed, or gone, since it was found. */
export async function changeProvider(
  { metadata }: IamService,
  { arn, accountId, address }: FoundProvider,
  change: (row: IamOidcProviderRow) => IamOidcProviderRow,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await transaction.get(iamOidcProviders, accountId, address)
    if (!row) throw noSuchProvider(arn)
    transaction.put(iamOidcProviders, [accountId, address], change(row))
  })
}

function noSuchProvider(arn: string): QueryError {
  return new QueryError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`)
}
