import type { Clock } from '../base/clock.ts'
import type { Disk } from '../base/disk.ts'
import type { DestinationConfig } from '../config/destination-config.ts'

/** What a destination needs to be opened. Nothing is connected before the first message. */
export interface OpeningDestination {
  readonly config: DestinationConfig
  /** How errors of the config call it. */
  readonly setting: string
  readonly dataDirectory: string | undefined
  readonly disk: Disk
  readonly clock: Clock
  /** Ends its connections. */
  readonly resources: AsyncDisposableStack
}
