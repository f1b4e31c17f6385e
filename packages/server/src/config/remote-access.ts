/** Who signs at an endpoint of an AWS API elsewhere, and how it is reached. */
export interface RemoteAccess {
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
}
