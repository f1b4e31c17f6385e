import type { Account } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'

/** Who signed a request to IAM or STS, and what policies may look at of it. */
export interface SigningCaller extends Caller {
  readonly account: Account
  /** Condition keys of the request, for example `aws:SourceIp`. */
  readonly conditions: Readonly<Record<string, string | readonly string[] | undefined>>
}
