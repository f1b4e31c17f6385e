import { accountOf, userIdOf } from '../../../access/principal.ts'
import type { Random } from '../../../base/random.ts'
import { newRequestId } from '../../../base/request-id.ts'
import type { OperationContext } from '../service/operation.ts'
import type { EventName } from './event-names.ts'

/** Who made a change: a request, or S3 itself by a rule of the bucket. */
export type EventCause = Pick<OperationContext, 'principal' | 'facts'> | 's3'

/** Something that happened to an object version. */
export interface ObjectEvent {
  readonly name: EventName
  readonly key: string
  readonly cause: EventCause
  /** Absent where nothing has a size any more. */
  readonly sizeBytes?: number | undefined
  readonly etag?: string | undefined
  /** Absent where the bucket never had versioning. */
  readonly versionId?: string | undefined
  /** The class that an object is restored from. */
  readonly restoredClass?: string | undefined
  /** When the restored copy goes. */
  readonly restoredUntil?: Date | undefined
  /** The class that an object came into. */
  readonly newClass?: string | undefined
  /** The archive tier that an object came into. */
  readonly newTier?: string | undefined
  /** By which rule a version was not replicated, or not in time. */
  readonly replication?: ReplicationOutcome | undefined
}

export interface ReplicationOutcome {
  readonly ruleId: string
  /** The name of the bucket. */
  readonly destination: string
  readonly isDeletion: boolean
  readonly requestedAt: Date
  /** Of what failed. */
  readonly reason?: string | undefined
}

/** What messages tell of who did it. */
export interface EventAuthor {
  readonly principalId: string
  /** An account's id, or a service. */
  readonly requester: string
  /** Absent where there was no request. */
  readonly sourceAddress: string | undefined
  readonly requestId: string
  readonly hostId: string
}

/** What S3 calls itself where it acts on its own. Source: S3 User Guide, "Configuring S3 Lifecycle event notifications". */
export const S3_ITSELF = 's3.amazonaws.com'

export function authorOf(cause: EventCause, random: Random): EventAuthor {
  if (cause === 's3') {
    return {
      principalId: S3_ITSELF,
      requester: S3_ITSELF,
      sourceAddress: undefined,
      requestId: newRequestId(random),
      hostId: random.bytes(24).toString('base64'),
    }
  }
  const { principal, facts } = cause
  const { requestId, hostId, remoteAddress = '' } = facts
  const principalId = principal.kind === 'service' ? principal.service : (userIdOf(principal) ?? 'Anonymous')
  const requester = accountOf(principal)?.id ?? principalId
  return { principalId, requester, sourceAddress: remoteAddress, requestId, hostId }
}
