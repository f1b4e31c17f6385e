/** What became of versions that rules of replication are about, in this process. */
export class ReplicationCounts {
  replicated = 0
  /** By S3's reasons. */
  readonly failed = new Map<string, number>()

  failedFor(reason: string): void {
    this.failed.set(reason, (this.failed.get(reason) ?? 0) + 1)
  }

  /** Of rules with metrics. */
  readonly failedByRule = new Map<string, { readonly bucket: string; readonly rule: string; count: number }>()

  failedByRuleOf(bucket: string, rule: string): void {
    const name = `${bucket}/${rule}`
    const known = this.failedByRule.get(name) ?? { bucket, rule, count: 0 }
    known.count++
    this.failedByRule.set(name, known)
  }
}
