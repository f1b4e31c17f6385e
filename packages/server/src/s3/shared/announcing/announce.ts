import { type Soon, soon } from '../../../base/soon.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { outbox, type OutboxRow } from '../../../metadata/tables/event-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import type { S3Service } from '../service/service.ts'
import { shownVersionId } from '../object/version-order.ts'
import { eventBridgeMessage } from './event-bridge-message.ts'
import { eventRecord, type Happening } from './event-record.ts'
import { EVENT_BRIDGE } from './event-sender.ts'
import {
  isNotified,
  matchesRule,
  type NotificationRules,
  readNotificationRules,
} from './notification-rules.ts'
import type { EventName } from './event-names.ts'
import { authorOf, type ObjectEvent } from './object-event.ts'
import { queueReplication } from '../replicating/queue-replication.ts'
import { isReplicated, type Replicable } from '../replicating/replication-rules.ts'

/**
 * Leaves an event to whoever the bucket has told of it, in the commit of what happened: both are there after a crash, or
 * neither. Nothing where the bucket tells nobody; `bucket` is as the transaction read it.
 */
export function announce(
  transaction: Transaction,
  service: S3Service,
  bucketName: string,
  bucket: BucketRow,
  event: ObjectEvent,
): Soon<void> {
  return isNotified(bucket) ? tell(transaction, service, bucketName, bucket, event) : undefined
}

async function tell(
  transaction: Transaction,
  service: S3Service,
  bucketName: string,
  bucket: BucketRow,
  event: ObjectEvent,
): Promise<void> {
  const rules = await readNotificationRules(transaction, service.documents, bucket)
  if (!rules) return
  const happening: Happening = {
    event,
    author: authorOf(event.cause, service.random),
    time: service.clock.now(),
    region: bucket.region,
    bucketName,
    bucketOwnerId: bucket.ownerAccountId,
    sequencer: service.eventSequence.next(),
  }
  const row = { bucketId: bucket.id, key: event.key, createdMilliseconds: happening.time.getTime() }
  for (const { destination, message } of messagesOf(service, rules, happening)) {
    leave(transaction, service, destination, happening.sequencer, { ...row, message })
  }
}

/** The same for what happened to an object that is there, which is left to replication, too. */
export function announceObject(
  transaction: Transaction,
  service: S3Service,
  bucketName: string,
  bucket: BucketRow,
  row: ObjectRow,
  event: ObjectEvent,
): Soon<void> {
  const what = isReplicated(bucket) ? replicable(event.name) : undefined
  if (what === undefined) return tellOfObject(transaction, service, bucketName, bucket, row, event)
  const target = { bucketName, bucket, key: event.key }
  return soon(queueReplication(transaction, service, target, row, what), () =>
    tellOfObject(transaction, service, bucketName, bucket, row, event),
  )
}

/** Whether what happened goes along to replicas: S3 leaves each bucket its own tiers and restored copies. */
function replicable(name: EventName): Replicable | undefined {
  if (name.startsWith('ObjectCreated:')) return 'version'
  return /^Object(?:Tagging|Acl|Retention):/.test(name) ? 'change' : undefined
}

/** Tells of an object, and of nothing else. */
export function tellOfObject(
  transaction: Transaction,
  service: S3Service,
  bucketName: string,
  bucket: BucketRow,
  row: ObjectRow,
  event: ObjectEvent,
): Soon<void> {
  if (!isNotified(bucket)) return undefined
  const { etag, sizeBytes } = row
  const { VersionId: versionId } = shownVersionId(bucket, row)
  return tell(transaction, service, bucketName, bucket, { ...event, etag, sizeBytes, versionId })
}

function messagesOf(service: S3Service, { rules, usesEventBridge }: NotificationRules, happening: Happening) {
  const { event, bucketOwnerId } = happening
  const messages = rules
    .filter((rule) => matchesRule(rule, event.name, event.key))
    .map(({ destination, id }) => ({ destination, message: eventRecord(happening, id) }))
  const bridged = usesEventBridge ? eventBridgeMessage(happening, service.random) : undefined
  if (bridged !== undefined) messages.push({ destination: EVENT_BRIDGE, message: bridged })
  return messages.filter(({ destination }) => service.eventDestinations.admits(destination, bucketOwnerId))
}

function leave(
  transaction: Transaction,
  { eventDestinations, random }: S3Service,
  destination: string,
  sequencer: string,
  row: OutboxRow,
): void {
  // Another process may have drawn the same number.
  transaction.put(outbox, [destination, sequencer + random.bytes(6).toString('hex')], row)
  transaction.afterCommit(() => eventDestinations.eventAdded(destination))
}
