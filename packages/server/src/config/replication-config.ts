/** A bucket elsewhere, which rules of replication call by an ARN. */
export interface RemoteBucketConfig {
  /** As the `Destination` of rules says it. */
  readonly arn: string
  /** Where S3 is: `https://HOST`, `http://HOST:PORT`. */
  readonly endpoint: string
  /** What it is called there. Default: as the ARN says. */
  readonly bucket?: string | undefined
  /** What requests are signed for. Default: the server's own. */
  readonly region?: string | undefined
  /** Who signs; one of three ways to say it. */
  readonly accessKey?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** A file as Amazon's tools have it; a relative path lies in the data folder. */
  readonly credentialsFile?: string | undefined
  /** Which of that file. Default: `default`. */
  readonly profile?: string | undefined
  /** What the names of the variables begin with that have it: `<environment>_ACCESS_KEY_ID` and its like. */
  readonly environment?: string | undefined
  /** Whether its name may lead to addresses that are not public. Default: only where the endpoint has such an address itself. */
  readonly privateAddresses?: boolean | undefined
  /** PEM: who may have signed its certificate, in place of those whom the system trusts. A relative path lies in the data folder. */
  readonly certificateAuthorityFile?: string | undefined
  /** Whether it is a Holdfast, which keeps version ids. Default: what the endpoint says of itself. */
  readonly isHoldfast?: boolean | undefined
  /** How many versions are on their way at once. Default: 32. */
  readonly parallel?: number | undefined
  /** What all of them together may take. Default: as much as there is. */
  readonly megabytesPerSecond?: number | undefined
}

/** Where replicas go that stay on no bucket of this server. */
export interface ReplicationSettings {
  readonly destinations: readonly RemoteBucketConfig[]
}

/** The name of the bucket that an ARN of the config is of. */
export function remoteNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}
