import type { ListedPart, VersionOrder, VersionRow } from '../../../metadata/tables/rows.ts'
import type { Replicable, ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import type { OutgoingAnnotation } from './outgoing-annotations.ts'
import type { FailureReason } from './replication-failure.ts'

/** A version on its way to a bucket elsewhere. */
export interface OutgoingVersion {
  readonly key: string
  readonly row: VersionRow & { readonly order: VersionOrder }
  readonly rule: ReplicationRule
  /** The id that it has there, where it was brought before to a store that gives its own. */
  readonly knownAs: string | undefined
  /** Uses the bytes from `start` to before `end`, a chunk of which is valid until the next is asked for. */
  withBytes<Result>(
    start: number,
    end: number,
    use: (bytes: AsyncIterable<Uint8Array>) => Promise<Result>,
  ): Promise<Result>
  /** The parts that it was uploaded in; `undefined` where it was not. */
  parts(): Promise<readonly ListedPart[] | undefined>
  /** The upload that an earlier time has begun. */
  upload(): Promise<string | undefined>
  /** Remembers one, or that there is none any more. */
  remember(uploadId: string | undefined): Promise<void>
}

/** A bucket elsewhere that the config names. */
export interface RemoteBucket {
  /** How many versions may be on their way to it at once. */
  readonly parallel: number
  /**
   * Brings a version, or what changed of it; resolves to the id that it has there, when that is durable. Done again it changes
   * nothing between Holdfasts; elsewhere there may be a second version. Throws {@link ReplicationFailure} for what will not pass,
   * {@link RemoteBusy} for what may.
   */
  send(version: OutgoingVersion, what: Replicable, signal: AbortSignal): Promise<string | undefined>
  /**
   * Brings one annotation of a version that is there; `false` where the store takes none. Done again it changes nothing. Throws as
   * `send` does.
   */
  sendAnnotation(
    version: OutgoingVersion,
    annotation: OutgoingAnnotation,
    signal: AbortSignal,
  ): Promise<boolean>
}

/** By the names that ARNs of rules have. */
export type RemoteBuckets = ReadonlyMap<string, RemoteBucket>

/** The bucket elsewhere did not take a version, and may do so later. */
export class RemoteBusy extends Error {
  override readonly name = 'RemoteBusy'
  /** `version`: others may be taken. `bucket`: all have to wait. */
  readonly holds: 'version' | 'bucket'

  constructor(holds: RemoteBusy['holds'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.holds = holds
  }
}

/** Why a version is given up that could not be brought for a day. None of S3's reasons says that. */
export const GIVEN_UP: FailureReason = 'DstUnavailable'
