import type { Credentials } from '../../model/sts-types.gen.ts'

/** A session that somebody signed in for. */
export interface SignedIn {
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
    readonly expiration: string
  }
  readonly account: string
  readonly arn: string
  readonly userName?: string
}

/** Credentials as STS makes them, in the words of the JSON API. */
export function shownCredentials(made: Credentials): SignedIn['credentials'] {
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    expiration: made.Expiration.toISOString(),
  }
}
