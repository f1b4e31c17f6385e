import type { Random } from '../../../base/random.ts'
import { randomUuid } from '../../../base/uuid.ts'
import type { EventName } from './event-names.ts'
import { type Happening, hasSequencer } from './event-record.ts'
import { S3_ITSELF } from './object-event.ts'

/** Source: S3 User Guide, "Amazon EventBridge mapping and troubleshooting". */
const DETAIL_TYPES: Readonly<Partial<Record<EventName, string>>> = {
  IntelligentTiering: 'Object Access Tier Changed',
  'LifecycleExpiration:Delete': 'Object Deleted',
  'LifecycleExpiration:DeleteMarkerCreated': 'Object Deleted',
  LifecycleTransition: 'Object Storage Class Changed',
  'ObjectAcl:Put': 'Object ACL Updated',
  'ObjectCreated:CompleteMultipartUpload': 'Object Created',
  'ObjectCreated:Copy': 'Object Created',
  'ObjectCreated:Post': 'Object Created',
  'ObjectCreated:Put': 'Object Created',
  'ObjectRemoved:Delete': 'Object Deleted',
  'ObjectRemoved:DeleteMarkerCreated': 'Object Deleted',
  'ObjectRestore:Completed': 'Object Restore Completed',
  'ObjectRestore:Delete': 'Object Restore Expired',
  'ObjectRestore:Post': 'Object Restore Initiated',
  'ObjectTagging:Delete': 'Object Tags Deleted',
  'ObjectTagging:Put': 'Object Tags Added',
}

const CREATED_BY: Readonly<Partial<Record<EventName, string>>> = {
  'ObjectCreated:CompleteMultipartUpload': 'CompleteMultipartUpload',
  'ObjectCreated:Copy': 'CopyObject',
  'ObjectCreated:Post': 'POST Object',
  'ObjectCreated:Put': 'PutObject',
}

/**
 * The document that EventBridge gets; `undefined` for what it is not told. Source: S3 User Guide, "EventBridge event
 * message structure".
 */
export function eventBridgeMessage(happening: Happening, random: Random): string | undefined {
  const { event, time, region, bucketName, bucketOwnerId } = happening
  const detailType = DETAIL_TYPES[event.name]
  if (detailType === undefined) return undefined
  return JSON.stringify({
    version: '0',
    id: randomUuid(random),
    'detail-type': detailType,
    source: 'aws.s3',
    account: bucketOwnerId,
    time: withoutMilliseconds(time),
    region,
    resources: [`arn:aws:s3:::${bucketName}`],
    detail: detailOf(happening),
  })
}

function detailOf({ event, author, bucketName, sequencer }: Happening) {
  const { name, key, sizeBytes, etag, versionId } = event
  return {
    version: '0',
    'event-version': '1.1',
    bucket: { name: bucketName },
    object: {
      // Unlike in the other messages, as it is.
      key,
      size: sizeBytes,
      etag,
      'version-id': versionId,
      ...(hasSequencer(name) && { sequencer }),
    },
    'request-id': author.requestId,
    requester: author.requester,
    'source-ip-address': author.sourceAddress,
    reason: CREATED_BY[name] ?? deletedBy(name, author.requester),
    'deletion-type': deletionType(name),
    'restore-expiry-time': event.restoredUntil && withoutMilliseconds(event.restoredUntil),
    'source-storage-class': event.restoredClass,
    'destination-storage-class': event.newClass,
    'destination-access-tier': event.newTier,
  }
}

function deletedBy(name: EventName, requester: string): string | undefined {
  if (deletionType(name) === undefined) return undefined
  return requester === S3_ITSELF ? 'Lifecycle Expiration' : 'DeleteObject'
}

function deletionType(name: EventName): string | undefined {
  if (name === 'ObjectRemoved:Delete' || name === 'LifecycleExpiration:Delete') return 'Permanently Deleted'
  return name.endsWith(':DeleteMarkerCreated') ? 'Delete Marker Created' : undefined
}

function withoutMilliseconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
