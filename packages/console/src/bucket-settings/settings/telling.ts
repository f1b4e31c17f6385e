import { settingPartTexts } from '../../texts/settings/common.ts'
import { tellingTexts } from '../../texts/settings/telling.ts'
import { check, choice, lines, list, needed, number, type Setting, type Shape, text } from '../shape.ts'
import { PREFIX, STATUS, STORAGE_CLASSES } from './parts.ts'

const {
  acceleration: ofAcceleration,
  analytics: ofAnalytics,
  inventory: ofInventory,
  logging: ofLogging,
  metrics: ofMetrics,
} = tellingTexts
const { notifications: ofNotifications, replication: ofReplication } = tellingTexts

export const notifications: Setting = {
  name: 'notifications',
  title: ofNotifications.title,
  explanation: ofNotifications.explanation,
  resource: 'notification',
  root: 'NotificationConfiguration',
  canDelete: false,
  shapes: [
    destination('QueueConfiguration', 'Queue', ofNotifications.queue),
    destination('TopicConfiguration', 'Topic', ofNotifications.topic),
    destination('CloudFunctionConfiguration', 'CloudFunction', ofNotifications.function),
  ],
}

function destination(path: string, target: string, label: string): Shape {
  return list(
    path,
    label,
    text('Id', settingPartTexts.name),
    needed(text(target, ofNotifications.arn)),
    needed(lines('Event', ofNotifications.events, ofNotifications.eventsHint)),
  )
}

export const logging: Setting = {
  name: 'logging',
  title: ofLogging.title,
  explanation: ofLogging.explanation,
  resource: 'logging',
  root: 'BucketLoggingStatus',
  canDelete: false,
  shapes: [
    text('LoggingEnabled/TargetBucket', ofLogging.bucket),
    text('LoggingEnabled/TargetPrefix', ofLogging.prefix),
  ],
}

/**
 * Source: S3 API Reference, ReplicationTimeValue ("Valid value: 15") and ReplicationTime ("Must be specified together with a Metrics
 * block").
 */
const TIME = 'Destination/ReplicationTime'
const METRICS = 'Destination/Metrics'
const MINUTES = '15'
const UNTIMED = { [`${TIME}/Time/Minutes`]: '', [`${METRICS}/EventThreshold/Minutes`]: '' }

const A_BUCKET = { isNeeded: true, suggests: 'buckets' } as const

export const replication: Setting = {
  name: 'replication',
  title: ofReplication.title,
  explanation: ofReplication.explanation,
  resource: 'replication',
  root: 'ReplicationConfiguration',
  canDelete: true,
  shapes: [
    text('Role', ofReplication.role, { hint: ofReplication.roleHint, isNeeded: true, suggests: 'roles' }),
    list(
      'Rule',
      settingPartTexts.rule,
      text('ID', settingPartTexts.name),
      needed(number('Priority', ofReplication.priority, ofReplication.priorityHint)),
      STATUS,
      PREFIX,
      choice('DeleteMarkerReplication/Status', ofReplication.markers, ofReplication.markersOptions),
      text('Destination/Bucket', ofReplication.destination, {
        hint: ofReplication.destinationHint,
        ...A_BUCKET,
      }),
      text('Destination/Account', ofReplication.account),
      choice('Destination/AccessControlTranslation/Owner', ofReplication.owner, ofReplication.owners),
      choice('Destination/StorageClass', ofReplication.storageClass, {
        '': ofReplication.sameClass,
        STANDARD: 'STANDARD',
        ...STORAGE_CLASSES,
      }),
      choice(
        'SourceSelectionCriteria/SseKmsEncryptedObjects/Status',
        ofReplication.sealed,
        ofReplication.sealedOptions,
      ),
      text('Destination/EncryptionConfiguration/ReplicaKmsKeyID', ofReplication.key),
      choice(
        'SourceSelectionCriteria/ReplicaModifications/Status',
        ofReplication.changes,
        ofReplication.changesOptions,
      ),
      choice(`${TIME}/Status`, ofReplication.time, ofReplication.timeOptions, {
        Enabled: {
          [`${TIME}/Time/Minutes`]: MINUTES,
          [`${METRICS}/Status`]: 'Enabled',
          [`${METRICS}/EventThreshold/Minutes`]: MINUTES,
        },
        '': UNTIMED,
      }),
      choice(`${METRICS}/Status`, ofReplication.metrics, ofReplication.metricsOptions, {
        '': { ...UNTIMED, [`${TIME}/Status`]: '' },
      }),
    ),
  ],
}

export const metrics: Setting = {
  name: 'metrics',
  title: ofMetrics.title,
  explanation: ofMetrics.explanation,
  resource: 'metrics',
  root: 'MetricsConfiguration',
  canDelete: true,
  isListed: true,
  shapes: [
    text('Filter/Prefix', ofMetrics.prefix, { hint: ofMetrics.prefixHint }),
    text('Filter/Tag/Key', ofMetrics.tag),
    text('Filter/Tag/Value', ofMetrics.value),
  ],
}

export const inventory: Setting = {
  name: 'inventory',
  title: ofInventory.title,
  explanation: ofInventory.explanation,
  resource: 'inventory',
  root: 'InventoryConfiguration',
  canDelete: true,
  isListed: true,
  shapes: [
    check('IsEnabled', ofInventory.enabled),
    text('Destination/S3BucketDestination/Bucket', ofInventory.bucket, {
      hint: ofInventory.bucketHint,
      ...A_BUCKET,
    }),
    text('Destination/S3BucketDestination/Prefix', ofInventory.prefix),
    choice('Destination/S3BucketDestination/Format', ofInventory.format, ofInventory.formats),
    choice('Schedule/Frequency', ofInventory.frequency, ofInventory.frequencies),
    choice('IncludedObjectVersions', ofInventory.versions, ofInventory.versionsOptions),
    text('Filter/Prefix', settingPartTexts.prefix),
    lines('OptionalFields/Field', ofInventory.fields, ofInventory.fieldsHint),
  ],
}

/** Source: S3 API Reference, StorageClassAnalysisDataExport ("Must be V_1") and AnalyticsS3BucketDestination. */
const EXPORT = 'StorageClassAnalysis/DataExport'
const EXPORT_TO = `${EXPORT}/Destination/S3BucketDestination`

export const analytics: Setting = {
  name: 'analytics',
  title: ofAnalytics.title,
  explanation: ofAnalytics.explanation,
  resource: 'analytics',
  root: 'AnalyticsConfiguration',
  canDelete: true,
  isListed: true,
  shapes: [
    text('Filter/Prefix', settingPartTexts.prefix),
    choice(`${EXPORT_TO}/Format`, ofAnalytics.format, ofAnalytics.formats, {
      CSV: { [`${EXPORT}/OutputSchemaVersion`]: 'V_1' },
      '': { [`${EXPORT}/OutputSchemaVersion`]: '' },
    }),
    text(`${EXPORT_TO}/Bucket`, ofInventory.bucket, { hint: ofInventory.bucketHint }),
    text(`${EXPORT_TO}/Prefix`, ofAnalytics.prefix),
  ],
}

export const acceleration: Setting = {
  name: 'acceleration',
  title: ofAcceleration.title,
  explanation: ofAcceleration.explanation,
  resource: 'accelerate',
  root: 'AccelerateConfiguration',
  canDelete: false,
  shapes: [choice('Status', ofAcceleration.status, ofAcceleration.statuses)],
}
