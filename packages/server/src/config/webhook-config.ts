/** Where messages are posted. */
export interface WebhookConfig {
  readonly url: string
  /** Sent as the Authorization header. */
  readonly authorization?: string | undefined
  /** The accounts whose buckets may use it. Default: all. */
  readonly accounts?: readonly string[] | undefined
  /** Whether its name may lead to addresses that are not public. Default: only where the URL has such an address itself. */
  readonly privateAddresses?: boolean | undefined
}
