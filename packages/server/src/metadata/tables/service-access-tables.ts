import { defineTable } from '../table.ts'

/** When a user or role used something last, and where. */
export interface ServiceUse {
  readonly atMilliseconds: number
  readonly region: string
}

/** What a user or role used last of each service, and of each action that is tracked, up to a minute ago. */
export interface IamServiceUsesRow {
  /** By services (`s3`) and actions (`s3:CreateBucket`). */
  readonly uses: Readonly<Record<string, ServiceUse>>
}

/** A report of services that were last accessed, or that it is being made. */
export interface IamServiceAccessJobRow {
  /** Who may read it: a user's id, the account's of its root user, or the access key id of a session. */
  readonly owner: string
  readonly isOfActions: boolean
  readonly createdMilliseconds: number
  /** Absent while it is being made. */
  readonly completedMilliseconds?: number | undefined
  /** In their order. */
  readonly services: readonly AccessedServiceRow[]
}

export interface AccessedServiceRow extends LastAccess {
  readonly name: string
  /** How many used it. */
  readonly entities: number
  /** Those that are tracked; absent where there are none. */
  readonly actions?: readonly (LastAccess & { readonly name: string })[] | undefined
}

/** Both are absent where nobody did. */
export interface LastAccess {
  readonly use?: ServiceUse | undefined
  /** The ARN that the user or role had. */
  readonly by?: string | undefined
}

/** Users and roles that a report is about. */
export interface IamServiceAccessPieceRow {
  readonly entities: readonly {
    readonly id: string
    /** By services. */
    readonly atMilliseconds: Readonly<Record<string, number>>
  }[]
}

/** No row: nothing was used yet. */
export const iamServiceUses = defineTable<[userOrRoleId: string], IamServiceUsesRow>(121, 'iamServiceUses')

/** Ids begin with the time when they were made. */
export const iamServiceAccessJobs = defineTable<[accountId: string, jobId: string], IamServiceAccessJobRow>(
  122,
  'iamServiceAccessJobs',
)

/** Users and roles of a report, a few hundred in each. */
export const iamServiceAccessPieces = defineTable<
  [accountId: string, jobId: string, number: number],
  IamServiceAccessPieceRow
>(123, 'iamServiceAccessPieces')

/** How many rows of jobs and pieces an account has. */
export const iamServiceAccessCounts = defineTable<[accountId: string], { readonly rows: number }>(
  124,
  'iamServiceAccessCounts',
)
