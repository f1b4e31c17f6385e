/** What one party may ask for; what is left out has no limit. */
export interface PartyRate {
  readonly requestsPerSecond?: number | undefined
  /** Of bodies, both ways together. */
  readonly megabytesPerSecond?: number | undefined
  /** For how many seconds' worth who was quiet may ask at once. Default: 1. */
  readonly burstSeconds?: number | undefined
}

/** What the parties of a server may ask of it. An own entry stands in the place of what is said of each. */
export interface RatesConfig {
  /** Of each process; further ones wait, each party for its share. */
  readonly requestsAtOnce?: number | undefined
  readonly eachAccount?: PartyRate | undefined
  /** Each user, and each role with all its sessions. */
  readonly eachUser?: PartyRate | undefined
  /** All who do not sign, of each group of addresses. */
  readonly anonymous?: PartyRate | undefined
  /** By account ids. */
  readonly accounts?: Readonly<Record<string, AccountRate>> | undefined
  /** By ARNs of users and roles. */
  readonly users?: Readonly<Record<string, PartyRate>> | undefined
}

export interface AccountRate extends PartyRate {
  /** How many times the share of another account it gets. Default: 1. */
  readonly weight?: number | undefined
}
