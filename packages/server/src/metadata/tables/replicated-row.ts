/** How far the replication of a version is, as answers tell it. */
export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA'

/** What replication knows of a version. */
export interface ReplicatedRow {
  /** Absent: no rule was about it when it was made. */
  readonly replication?: ReplicationStatus | undefined
  /** It was brought here by a rule of another bucket, whatever became of its own changes since. */
  readonly isReplica?: true | undefined
}

/** When each of what may change of a version was said last, in milliseconds; absent: with the version. */
export interface TraitChanges {
  readonly tags?: number | undefined
  readonly acl?: number | undefined
  readonly legalHold?: number | undefined
  /** Of those with an event hold alone. */
  readonly retention?: number | undefined
}
