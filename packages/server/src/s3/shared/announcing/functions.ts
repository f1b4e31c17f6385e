/** What a function returned. */
export interface Invocation {
  readonly payload: string
  /** It ended with an error, which is the payload. */
  readonly isError: boolean
}

/** Functions that are called for what they return. */
export interface Functions {
  /** What the config calls the one of this ARN, which may name a version or an alias of it; absent where there is none. */
  find(arn: string): string | undefined
  /** Rejects with {@link DeliveryFailure} where a function cannot be called, or does not return in time. */
  invoke(arn: string, payload: string, signal: AbortSignal): Promise<Invocation>
}
