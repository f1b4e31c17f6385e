import type { ContextKeys } from '../../access/request-context.ts'
import type { Soon } from '../../base/soon.ts'
import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { AttachedPermissionsBoundary } from '../../model/iam-types.gen.ts'
import { findPolicyForUse, noSuchPolicy } from './managed-policies.ts'
import { addUse, type PolicyUse, removeUse } from './policy-uses.ts'

interface Bounded {
  readonly boundary?: string | undefined
}

/**
 * Source: Service Authorization Reference, "Condition keys for AWS IAM": `iam:PermissionsBoundary`, of the request where it brings one, else
 * of the user or role.
 */
export function boundaryKeys(boundary: string | undefined): ContextKeys {
  return { 'iam:PermissionsBoundary': boundary }
}

/** The member of answers; left out where there is none. */
export function shownBoundary({ boundary }: Bounded): {
  readonly PermissionsBoundary?: AttachedPermissionsBoundary
} {
  if (boundary === undefined) return {}
  return { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }
}

/** The row of `id` with a boundary, in place of another. Throws NoSuchEntity where there is no such policy. */
export async function withBoundary<Row extends IamEntityRow>(
  transaction: Transaction,
  id: string,
  row: Row,
  policyArn: string,
): Promise<Row> {
  if (!(await findPolicyForUse(transaction, row.accountId, policyArn))) {
    throw noSuchPolicy(policyArn, `Scope ARN: ${policyArn} does not exist or is not attachable.`)
  }
  if (row.boundary === policyArn) return row
  await removeBoundaryUse(transaction, id, row)
  await addUse(transaction, useOf(id, row, policyArn))
  return { ...row, boundary: policyArn }
}

/** The row of one that is made. */
export function bound<Row extends IamEntityRow>(
  transaction: Transaction,
  id: string,
  row: Row,
  policyArn: string | undefined,
): Soon<Row> {
  return policyArn === undefined ? row : withBoundary(transaction, id, row, policyArn)
}

/** The row of `id` without its boundary; one that has none stays as it is. */
export async function withoutBoundary<Row extends IamEntityRow>(
  transaction: Transaction,
  id: string,
  row: Row,
): Promise<Row> {
  await removeBoundaryUse(transaction, id, row)
  return { ...row, boundary: undefined }
}

/** Of one whose row goes. */
export async function removeBoundaryUse(
  transaction: Transaction,
  id: string,
  row: IamEntityRow,
): Promise<void> {
  if (row.boundary !== undefined) await removeUse(transaction, useOf(id, row, row.boundary))
}

function useOf(holderId: string, { accountId }: IamEntityRow, policyArn: string): PolicyUse {
  return { accountId, policyArn, as: 'boundaries', holderId }
}
