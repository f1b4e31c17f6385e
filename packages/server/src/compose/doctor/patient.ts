import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import type { Random } from '../../base/random.ts'
import type { Config } from '../../config/config.ts'
import type { KeySecrets } from '../../config/key-secrets.ts'

/** `well`: as it should be. `note`: worth knowing, and a server runs with it. `wrong`: has to be mended. */
export type FindingState = 'well' | 'note' | 'wrong'

export interface Finding {
  /** What was looked at, in lower case with hyphens: operators look it up (docs/operations.md). */
  readonly check: string
  readonly state: FindingState
  /** One line: what was found and, where it is not well, what to do. Never holds a secret. */
  readonly message: string
}

/** Tells what a look has found that is not well. */
export type Say = (state: 'note' | 'wrong', message: string) => void

/** Where a server is to run. */
export interface Machine {
  readonly dataDirectory: string
  readonly configPath: string | undefined
  readonly disk: Disk
  readonly clock: Clock
  readonly random: Random
}

/** The same, with what its servers are told. */
export interface Patient extends Machine {
  readonly config: Config
  readonly keySecrets: KeySecrets
}

/** The reason of a condition as the beginning of a sentence. */
export function sentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1)
}
