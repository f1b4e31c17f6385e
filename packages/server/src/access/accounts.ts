/** A pair of keys that signs requests in the name of its account. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Shows one-time codes (RFC 6238: SHA-1, six digits, thirty seconds). */
export interface MfaDevice {
  /** Without spaces, for example `arn:aws:iam::100000000001:mfa/phone`. */
  readonly serialNumber: string
  /** Base32, as authenticator apps take it. */
  readonly secret: string
}

/** An owner of buckets and objects, and a grantee. */
export interface Account {
  /** 12 digits, as in an ARN. */
  readonly id: string
  readonly name: string
  /** What S3 answers as the owner's or grantee's `DisplayName`. */
  readonly displayName: string
  readonly email: string | undefined
  /** 64 lower-case hex digits: S3's canonical user id. */
  readonly canonicalId: string
  /** Of its root user. */
  readonly accessKeys: readonly Pick<AccessKey, 'accessKeyId'>[]
  readonly mfaDevices?: readonly MfaDevice[] | undefined
  /** Absent where nobody knows: it stands in the config. */
  readonly createdAt?: Date | undefined
  /** Whose keys, and those of its users and sessions, are refused. What it owns stays, and stays its own. */
  readonly isDisabled?: true | undefined
}

/** One that the config names, with the secrets of its keys. */
export interface AccountOfConfig extends Account {
  readonly accessKeys: readonly AccessKey[]
}
