import { settingTexts } from '../texts/bucket-settings.ts'
import type { Setting, Shape } from './shape.ts'

const STATUS: Shape = {
  kind: 'choice',
  path: 'Status',
  label: 'Status',
  options: { Enabled: 'On', Disabled: 'Off' },
}
const EVENTS: Shape = {
  kind: 'lines',
  path: 'Event',
  label: 'Events',
  hint: 's3:ObjectCreated:*, s3:ObjectRemoved:*, …',
}

function destination(path: string, target: string, label: string): Shape {
  const item: Shape[] = [
    { kind: 'text', path: 'Id', label: 'Name' },
    { kind: 'text', path: target, label: 'ARN' },
    EVENTS,
  ]
  return { kind: 'list', path, label, item }
}

const STORAGE_CLASSES = {
  STANDARD_IA: 'STANDARD_IA',
  ONEZONE_IA: 'ONEZONE_IA',
  INTELLIGENT_TIERING: 'INTELLIGENT_TIERING',
  GLACIER_IR: 'GLACIER_IR',
  GLACIER: 'GLACIER',
  DEEP_ARCHIVE: 'DEEP_ARCHIVE',
}

/** Every document of a bucket that the server keeps. What a form does not ask for stays as the document has it. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'versioning',
    title: 'Versioning',
    explanation: 'Whether what is overwritten or deleted is kept, and can be brought back.',
    resource: 'versioning',
    root: 'VersioningConfiguration',
    canDelete: false,
    shapes: [
      {
        kind: 'choice',
        path: 'Status',
        label: 'Old versions',
        options: { '': 'Never kept', Enabled: 'Kept', Suspended: 'No longer kept; those there are stay' },
      },
    ],
    warning: (text) => (text.includes('Suspended') ? settingTexts.suspendWarning : undefined),
  },
  {
    name: 'lifecycle',
    title: 'Lifecycle',
    explanation: 'Rules by which objects move to other storage classes and are deleted, by their age.',
    resource: 'lifecycle',
    root: 'LifecycleConfiguration',
    canDelete: true,
    shapes: [
      {
        kind: 'list',
        path: 'Rule',
        label: 'Rule',
        item: [
          { kind: 'text', path: 'ID', label: 'Name' },
          STATUS,
          { kind: 'text', path: 'Filter/Prefix', label: 'For names that start with', staysEmpty: true },
          { kind: 'text', path: 'Expiration/Days', label: 'Delete after days', isNumber: true },
          {
            kind: 'list',
            path: 'Transition',
            label: 'Move',
            item: [
              { kind: 'text', path: 'Days', label: 'After days', isNumber: true },
              { kind: 'choice', path: 'StorageClass', label: 'To', options: STORAGE_CLASSES },
            ],
          },
          {
            kind: 'text',
            path: 'NoncurrentVersionExpiration/NoncurrentDays',
            label: 'Delete replaced versions after days',
            isNumber: true,
          },
          {
            kind: 'text',
            path: 'AbortIncompleteMultipartUpload/DaysAfterInitiation',
            label: 'Abort unfinished uploads after days',
            isNumber: true,
          },
        ],
      },
    ],
    warning: (text) => (/Expiration>/.test(text) ? settingTexts.expiryWarning : undefined),
  },
  {
    name: 'encryption',
    title: 'Encryption',
    explanation: 'How new objects are encrypted whose upload does not say.',
    resource: 'encryption',
    root: 'ServerSideEncryptionConfiguration',
    canDelete: true,
    shapes: [
      {
        kind: 'choice',
        path: 'Rule/ApplyServerSideEncryptionByDefault/SSEAlgorithm',
        label: 'With',
        options: { AES256: 'a key of the server (SSE-S3)', 'aws:kms': 'a key of the key service (SSE-KMS)' },
      },
      {
        kind: 'text',
        path: 'Rule/ApplyServerSideEncryptionByDefault/KMSMasterKeyID',
        label: 'Key of the key service',
        hint: 'Empty: the one that is made for S3',
      },
      {
        kind: 'check',
        path: 'Rule/BucketKeyEnabled',
        label: 'One key for the bucket (fewer calls of the key service)',
      },
    ],
  },
  {
    name: 'public-access',
    title: 'Public access',
    explanation: 'Keeps policies and access control lists from making the bucket public.',
    resource: 'publicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    canDelete: true,
    shapes: [
      { kind: 'check', path: 'BlockPublicAcls', label: 'Refuse new public ACLs' },
      { kind: 'check', path: 'IgnorePublicAcls', label: 'Ignore public ACLs that are there' },
      { kind: 'check', path: 'BlockPublicPolicy', label: 'Refuse new public policies' },
      {
        kind: 'check',
        path: 'RestrictPublicBuckets',
        label: 'Ignore public policies that are there, but for this account',
      },
    ],
    warning: (text) => (text.split('>true<').length < 5 ? settingTexts.blockWarning : undefined),
  },
  {
    name: 'ownership',
    title: 'Ownership',
    explanation: 'Who owns objects that others upload, and whether access control lists count.',
    resource: 'ownershipControls',
    root: 'OwnershipControls',
    canDelete: true,
    shapes: [
      {
        kind: 'choice',
        path: 'Rule/ObjectOwnership',
        label: 'Objects belong to',
        options: {
          BucketOwnerEnforced: 'the bucket owner; ACLs are off',
          BucketOwnerPreferred: 'the bucket owner, where the upload says so',
          ObjectWriter: 'who uploaded them',
        },
      },
    ],
    warning: (text) => (/Preferred|Writer/.test(text) ? settingTexts.ownershipWarning : undefined),
  },
  {
    name: 'lock',
    title: 'Object lock',
    explanation:
      'For how long new versions are kept from being deleted. Only for buckets that were made with it.',
    resource: 'object-lock',
    root: 'ObjectLockConfiguration',
    canDelete: false,
    shapes: [
      { kind: 'choice', path: 'ObjectLockEnabled', label: 'Object lock', options: { Enabled: 'On' } },
      {
        kind: 'choice',
        path: 'Rule/DefaultRetention/Mode',
        label: 'New versions are kept',
        options: {
          '': 'only where the upload says so',
          GOVERNANCE: 'GOVERNANCE: some may delete them earlier',
          COMPLIANCE: 'COMPLIANCE: nobody may',
        },
      },
      { kind: 'text', path: 'Rule/DefaultRetention/Days', label: 'For days', isNumber: true },
      { kind: 'text', path: 'Rule/DefaultRetention/Years', label: 'Or years', isNumber: true },
    ],
  },
  {
    name: 'cors',
    title: 'Pages of others (CORS)',
    explanation: 'Which pages of other origins may use this bucket from a browser.',
    resource: 'cors',
    root: 'CORSConfiguration',
    canDelete: true,
    shapes: [
      {
        kind: 'list',
        path: 'CORSRule',
        label: 'Rule',
        item: [
          { kind: 'lines', path: 'AllowedOrigin', label: 'Origins', hint: 'https://www.example.com' },
          { kind: 'lines', path: 'AllowedMethod', label: 'Methods', hint: 'GET, PUT, POST, DELETE, HEAD' },
          { kind: 'lines', path: 'AllowedHeader', label: 'Headers that may be sent' },
          { kind: 'lines', path: 'ExposeHeader', label: 'Headers that may be read' },
          { kind: 'text', path: 'MaxAgeSeconds', label: 'Remembered for seconds', isNumber: true },
        ],
      },
    ],
  },
  {
    name: 'website',
    title: 'Website',
    explanation: 'Serves the bucket as a website, whose objects have to be readable by all.',
    resource: 'website',
    root: 'WebsiteConfiguration',
    canDelete: true,
    shapes: [
      { kind: 'text', path: 'IndexDocument/Suffix', label: 'Page of a folder', hint: 'index.html' },
      { kind: 'text', path: 'ErrorDocument/Key', label: 'Page for errors' },
      { kind: 'text', path: 'RedirectAllRequestsTo/HostName', label: 'Or send everybody to the host' },
    ],
  },
  {
    name: 'notifications',
    title: 'Notifications',
    explanation: 'Who is told when objects come and go.',
    resource: 'notification',
    root: 'NotificationConfiguration',
    canDelete: false,
    shapes: [
      destination('QueueConfiguration', 'Queue', 'Queue'),
      destination('TopicConfiguration', 'Topic', 'Topic'),
      destination('CloudFunctionConfiguration', 'CloudFunction', 'Function'),
    ],
  },
  {
    name: 'logging',
    title: 'Access logs',
    explanation: 'Writes who asked for what into another bucket.',
    resource: 'logging',
    root: 'BucketLoggingStatus',
    canDelete: false,
    shapes: [
      { kind: 'text', path: 'LoggingEnabled/TargetBucket', label: 'Into the bucket' },
      { kind: 'text', path: 'LoggingEnabled/TargetPrefix', label: 'Names start with' },
    ],
  },
  {
    name: 'replication',
    title: 'Replication',
    explanation: 'Copies new objects to another bucket.',
    resource: 'replication',
    root: 'ReplicationConfiguration',
    canDelete: true,
    shapes: [
      { kind: 'text', path: 'Role', label: 'Role' },
      {
        kind: 'list',
        path: 'Rule',
        label: 'Rule',
        item: [
          { kind: 'text', path: 'ID', label: 'Name' },
          { kind: 'text', path: 'Priority', label: 'Priority', isNumber: true },
          STATUS,
          { kind: 'text', path: 'Filter/Prefix', label: 'For names that start with', staysEmpty: true },
          {
            kind: 'choice',
            path: 'DeleteMarkerReplication/Status',
            label: 'Deletions',
            options: { Disabled: 'stay here', Enabled: 'are copied' },
          },
          {
            kind: 'text',
            path: 'Destination/Bucket',
            label: 'To the bucket (ARN)',
            hint: 'arn:aws:s3:::copies',
          },
        ],
      },
    ],
  },
  {
    name: 'tags',
    title: 'Tags',
    explanation: 'Words about the bucket, for bills and policies.',
    resource: 'tagging',
    root: 'Tagging',
    canDelete: true,
    shapes: [
      {
        kind: 'list',
        path: 'TagSet/Tag',
        label: 'Tag',
        item: [
          { kind: 'text', path: 'Key', label: 'Name' },
          { kind: 'text', path: 'Value', label: 'Value' },
        ],
      },
    ],
  },
  {
    name: 'payment',
    title: 'Who pays',
    explanation: 'Whether requests of others have to say that they pay.',
    resource: 'requestPayment',
    root: 'RequestPaymentConfiguration',
    canDelete: false,
    shapes: [
      {
        kind: 'choice',
        path: 'Payer',
        label: 'Pays',
        options: { BucketOwner: 'the owner', Requester: 'who asks' },
      },
    ],
  },
  {
    name: 'acceleration',
    title: 'Transfer acceleration',
    explanation: 'Kept for clients that ask for it.',
    resource: 'accelerate',
    root: 'AccelerateConfiguration',
    canDelete: false,
    shapes: [
      {
        kind: 'choice',
        path: 'Status',
        label: 'Acceleration',
        options: { '': 'Never on', Enabled: 'On', Suspended: 'Off' },
      },
    ],
  },
]
