import { settingPartTexts } from '../../texts/settings/common.ts'
import { keepingTexts } from '../../texts/settings/keeping.ts'
import { check, choice, list, number, type Setting, text } from '../shape.ts'
import { PREFIX, STATUS, STORAGE_CLASSES } from './parts.ts'

const texts = keepingTexts

export const versioning: Setting = {
  name: 'versioning',
  title: texts.versioning.title,
  explanation: texts.versioning.explanation,
  resource: 'versioning',
  root: 'VersioningConfiguration',
  canDelete: false,
  shapes: [choice('Status', texts.versioning.status, texts.versioning.statuses)],
  warning: (document) => (document.includes('Suspended') ? texts.versioning.suspendWarning : undefined),
}

export const lifecycle: Setting = {
  name: 'lifecycle',
  title: texts.lifecycle.title,
  explanation: texts.lifecycle.explanation,
  resource: 'lifecycle',
  root: 'LifecycleConfiguration',
  canDelete: true,
  shapes: [
    list(
      'Rule',
      settingPartTexts.rule,
      text('ID', settingPartTexts.name),
      STATUS,
      PREFIX,
      number('Expiration/Days', texts.lifecycle.expiration),
      list(
        'Transition',
        texts.lifecycle.move,
        text('Days', texts.lifecycle.moveDays, { isNumber: true, isNeeded: true, unless: 'Date' }),
        choice('StorageClass', texts.lifecycle.moveTo, STORAGE_CLASSES),
      ),
      number('NoncurrentVersionExpiration/NoncurrentDays', texts.lifecycle.noncurrent),
      number('NoncurrentVersionExpiration/NewerNoncurrentVersions', texts.lifecycle.kept),
      number('AbortIncompleteMultipartUpload/DaysAfterInitiation', texts.lifecycle.abort),
    ),
  ],
  warning: (document) => (/Expiration>/.test(document) ? texts.lifecycle.warning : undefined),
}

export const tiering: Setting = {
  name: 'tiering',
  title: texts.tiering.title,
  explanation: texts.tiering.explanation,
  resource: 'intelligent-tiering',
  root: 'IntelligentTieringConfiguration',
  canDelete: true,
  isListed: true,
  shapes: [
    STATUS,
    text('Filter/Prefix', settingPartTexts.prefix),
    list(
      'Tiering',
      texts.tiering.tier,
      choice('AccessTier', texts.tiering.access, texts.tiering.tiers),
      text('Days', texts.tiering.days, { isNumber: true, isNeeded: true }),
    ),
  ],
}

export const encryption: Setting = {
  name: 'encryption',
  title: texts.encryption.title,
  explanation: texts.encryption.explanation,
  resource: 'encryption',
  root: 'ServerSideEncryptionConfiguration',
  canDelete: true,
  shapes: [
    choice(
      'Rule/ApplyServerSideEncryptionByDefault/SSEAlgorithm',
      texts.encryption.algorithm,
      texts.encryption.algorithms,
    ),
    text('Rule/ApplyServerSideEncryptionByDefault/KMSMasterKeyID', texts.encryption.key, {
      hint: texts.encryption.keyHint,
    }),
    check('Rule/BucketKeyEnabled', texts.encryption.bucketKey),
  ],
}

export const lock: Setting = {
  name: 'lock',
  title: texts.lock.title,
  explanation: texts.lock.explanation,
  resource: 'object-lock',
  root: 'ObjectLockConfiguration',
  canDelete: false,
  shapes: [
    choice('ObjectLockEnabled', texts.lock.enabled, texts.lock.enabledOptions),
    choice('Rule/DefaultRetention/Mode', texts.lock.mode, texts.lock.modes),
    number('Rule/DefaultRetention/Days', texts.lock.days),
    number('Rule/DefaultRetention/Years', texts.lock.years),
    number('Rule/DefaultRetention/DefaultEventHold/Days', texts.lock.holdDays),
    number('Rule/DefaultRetention/DefaultEventHold/Years', texts.lock.holdYears),
  ],
  warning: (document) => (document.includes('>COMPLIANCE<') ? texts.lock.complianceWarning : undefined),
}
