/** What became of versions that rules of replication are about, in this process. */
export class ReplicationCounts {
  replicated = 0
  /** By S3's reasons. */
  readonly failed = new Map<string, number>()

  failedFor(reason: string): void {
    this.failed.set(reason, (this.failed.get(reason) ?? 0) + 1)
  }
}
