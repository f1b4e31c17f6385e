import { type AccessPointRow, accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { accessPointArn, MOST_NAME_LENGTH } from '../../../model/access-point-arn.ts'
import { noSuchAccessPoint } from './reach-bucket.ts'
import { accountIdOf, type OperationContext } from '../service/operation.ts'

/** The access point of the caller's account that a request names. Throws NoSuchAccessPoint. */
export async function ownAccessPoint(context: OperationContext, name: string): Promise<AccessPointRow> {
  assertMayBe(name)
  const row = await readRow(context.service.stores.metadata, accessPoints, accountIdOf(context), name)
  return row ?? noSuchAccessPoint()
}

/** Keys of rows may not be of any length. Throws NoSuchAccessPoint for what no access point can have as its name. */
export function assertMayBe(name: string): void {
  if (name.length > MOST_NAME_LENGTH) noSuchAccessPoint()
}

/** Changes it in one commit. `change` may refuse by throwing. */
export async function changeAccessPoint(
  context: OperationContext,
  name: string,
  change: (row: AccessPointRow) => Partial<AccessPointRow>,
): Promise<void> {
  assertMayBe(name)
  const accountId = accountIdOf(context)
  await transact(context.service.stores.metadata, async (transaction) => {
    const row = (await transaction.get(accessPoints, accountId, name)) ?? noSuchAccessPoint()
    transaction.put(accessPoints, [accountId, name], { ...row, ...change(row) })
  })
}

/** The ARN of an access point of the caller's account. */
export function ownArn(context: OperationContext, name: string): string {
  return accessPointArn(context.service.settings.region, { accountId: accountIdOf(context), name })
}
