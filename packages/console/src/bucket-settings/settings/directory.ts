import { settingPartTexts } from '../../texts/settings/common.ts'
import { keepingTexts } from '../../texts/settings/keeping.ts'
import { tellingTexts } from '../../texts/settings/telling.ts'
import { choice, list, number, text } from '../shape.ts'
import type { Setting } from '../shape.ts'
import { encryption, lifecycle } from './keeping.ts'
import { PREFIX, STATUS } from './parts.ts'
import { metrics } from './telling.ts'

/**
 * The settings of a directory bucket, as far as they are others. Source: S3 API Reference, LifecycleRule, PutBucketEncryption and
 * MetricsFilter: "not supported for directory buckets", member by member.
 */
export const directoryLifecycle: Setting = {
  ...lifecycle,
  explanation: keepingTexts.lifecycle.directoryExplanation,
  shapes: [
    list(
      'Rule',
      settingPartTexts.rule,
      text('ID', settingPartTexts.name),
      STATUS,
      PREFIX,
      number('Expiration/Days', keepingTexts.lifecycle.expiration),
      number('AbortIncompleteMultipartUpload/DaysAfterInitiation', keepingTexts.lifecycle.abort),
    ),
  ],
}

const BY_DEFAULT = 'Rule/ApplyServerSideEncryptionByDefault'

export const directoryEncryption: Setting = {
  ...encryption,
  shapes: [
    choice(
      `${BY_DEFAULT}/SSEAlgorithm`,
      keepingTexts.encryption.algorithm,
      keepingTexts.encryption.algorithms,
      {
        'aws:kms': { 'Rule/BucketKeyEnabled': 'true' },
        AES256: { 'Rule/BucketKeyEnabled': '', [`${BY_DEFAULT}/KMSMasterKeyID`]: '' },
      },
    ),
    text(`${BY_DEFAULT}/KMSMasterKeyID`, keepingTexts.encryption.key, {
      hint: keepingTexts.encryption.ownKeyHint,
    }),
  ],
  warning: (document) => (document.includes('aws:kms') ? keepingTexts.encryption.oneKeyWarning : undefined),
}

export const directoryMetrics: Setting = {
  ...metrics,
  shapes: [text('Filter/Prefix', tellingTexts.metrics.prefix, { hint: tellingTexts.metrics.onlyPrefixHint })],
}
