import type { EventName } from './event-names.ts'
import { type EventAuthor, type ObjectEvent, S3_ITSELF } from './object-event.ts'

/** An event with all that messages tell of it. */
export interface Happening {
  readonly event: ObjectEvent
  readonly author: EventAuthor
  readonly time: Date
  readonly region: string
  readonly bucketName: string
  readonly bucketOwnerId: string
  /** Orders what happens to one key. */
  readonly sequencer: string
}

/**
 * Since 2.4 all types have the same. Source: S3 User Guide, "Event message structure". What is new in 2.5, `awsGeneratedTags`, is
 * there for buckets with tags of AWS's own services, of which there are none here.
 */
const FORM = '2.5'

/**
 * The document that topics, queues and functions get. Source: S3 User Guide, "Event message structure"; what a deletion
 * tells is as S3 sends it: neither size nor, but for a delete marker, entity tag.
 */
export function eventRecord(happening: Happening, configurationId: string): string {
  const { event, author, time, region, bucketName, bucketOwnerId } = happening
  const record = {
    eventVersion: FORM,
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: time.toISOString(),
    eventName: event.name,
    userIdentity: { principalId: author.principalId },
    requestParameters: { sourceIPAddress: author.sourceAddress ?? S3_ITSELF },
    responseElements: { 'x-amz-request-id': author.requestId, 'x-amz-id-2': author.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucketName,
        ownerIdentity: { principalId: bucketOwnerId },
        arn: `arn:aws:s3:::${bucketName}`,
      },
      object: objectOf(happening),
    },
    ...glacierData(event),
    ...lifecycleData(event),
    ...tieringData(event),
    ...replicationData(event),
  }
  return JSON.stringify({ Records: [record] })
}

function objectOf({ event, sequencer }: Happening) {
  const { key, sizeBytes, etag, versionId } = event
  return {
    key: encodedKey(key),
    size: sizeBytes,
    eTag: etag,
    versionId,
    ...(hasSequencer(event.name) && { sequencer }),
  }
}

/** Source: the same page: "only used with PUTs and DELETEs". */
export function hasSequencer(name: EventName): boolean {
  return /^(ObjectCreated|ObjectRemoved|LifecycleExpiration):/.test(name)
}

/** As a form encodes it, but for slashes. Source: the same page: `red flower.jpg` becomes `red+flower.jpg`. */
function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function glacierData({ name, restoredUntil, restoredClass }: ObjectEvent) {
  if (name !== 'ObjectRestore:Completed') return {}
  const restoreEventData = {
    lifecycleRestorationExpiryTime: restoredUntil?.toISOString(),
    lifecycleRestoreStorageClass: restoredClass,
  }
  return { glacierEventData: { restoreEventData } }
}

function lifecycleData({ newClass }: ObjectEvent) {
  if (newClass === undefined) return {}
  return { lifecycleEventData: { transitionEventData: { destinationStorageClass: newClass } } }
}

function tieringData({ newTier }: ObjectEvent) {
  return newTier === undefined ? {} : { intelligentTieringEventData: { destinationAccessTier: newTier } }
}

/** Source: S3 User Guide, "Receiving replication failure events with Amazon S3 Event Notifications". */
function replicationData({ replication }: ObjectEvent) {
  if (!replication) return {}
  const { ruleId, destination, isDeletion, requestedAt, reason } = replication
  const replicationEventData = {
    replicationRuleId: ruleId,
    destinationBucket: `arn:aws:s3:::${destination}`,
    s3Operation: isDeletion ? 'OBJECT_DELETE' : 'OBJECT_PUT',
    requestTime: requestedAt.toISOString(),
    failureReason: reason,
  }
  return { replicationEventData }
}
