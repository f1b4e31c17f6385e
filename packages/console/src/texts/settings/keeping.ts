export const keepingTexts = {
  versioning: {
    title: 'Versioning',
    explanation: 'Whether what is overwritten or deleted is kept, and can be brought back.',
    status: 'Old versions',
    statuses: { '': 'Never kept', Enabled: 'Kept', Suspended: 'No longer kept; those there are stay' },
    suspendWarning: 'New objects then replace what is there, and what they replace is gone for good.',
  },
  lifecycle: {
    title: 'Lifecycle',
    explanation: 'Rules by which objects move to other storage classes and are deleted, by their age.',
    directoryExplanation: 'Rules by which objects are deleted, and unfinished uploads ended, by their age.',
    expiration: 'Delete after days',
    move: 'Move',
    moveDays: 'After days',
    moveTo: 'To',
    noncurrent: 'Delete replaced versions after days',
    kept: 'But keep so many of the newest replaced ones',
    abort: 'Abort unfinished uploads after days',
    warning: 'Objects are deleted by the server itself, without a question. Look at the picture below.',
  },
  tiering: {
    title: 'Archive tiers',
    explanation:
      'When objects of the storage class INTELLIGENT_TIERING that nobody reads go to its archive tiers. Reading them needs a restore then.',
    tier: 'Tier',
    access: 'Tier that they go to',
    days: 'Days without access',
    tiers: { ARCHIVE_ACCESS: 'ARCHIVE_ACCESS', DEEP_ARCHIVE_ACCESS: 'DEEP_ARCHIVE_ACCESS' },
  },
  encryption: {
    title: 'Encryption',
    explanation: 'How new objects are encrypted whose upload does not say.',
    algorithm: 'With',
    algorithms: { AES256: 'a key of the server (SSE-S3)', 'aws:kms': 'a key of the key service (SSE-KMS)' },
    key: 'Key of the key service',
    keyHint: 'Empty: the one that is made for S3',
    ownKeyHint: 'Id or ARN of one that somebody made; no alias, and not the one that is made for S3',
    oneKeyWarning:
      'The bucket has this key for its life: it can go back to a key of the server, but never to another key of the key service.',
    bucketKey: 'One key for the bucket (fewer calls of the key service)',
  },
  lock: {
    title: 'Object lock',
    explanation:
      'For how long new versions are kept from being deleted. Only for buckets that were made with it.',
    enabled: 'Object lock',
    enabledOptions: { Enabled: 'On' },
    mode: 'New versions are kept',
    modes: {
      '': 'only where the upload says so',
      GOVERNANCE: 'GOVERNANCE: some may delete them earlier',
      COMPLIANCE: 'COMPLIANCE: nobody may',
    },
    days: 'For days',
    years: 'Or years',
    holdDays: 'Under an event hold, and from its release on for days',
    holdYears: 'Or years from its release on',
    complianceWarning:
      'Nobody can delete such a version before its time, not even the account itself. This cannot be taken back for what is uploaded meanwhile.',
  },
}
