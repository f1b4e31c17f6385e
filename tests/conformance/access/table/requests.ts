import type { RawAnswer } from '../../../support/raw-request.ts'
import { type AccessRoom, blockDocument, type Parts, VERSIONED, type Who, withMd5 } from '../access-room.ts'
import { aclHeaders, type Prepared } from './prepare.ts'
import type { Asked } from './reference.ts'

/** One operation of the table: what the reference is told of it, and how it is asked for. */
export interface Operation {
  readonly asked: Asked
  /** A bucket of the caller's own, for copies, with an upload to `copy` in it. */
  readonly ask: (room: AccessRoom, prepared: Prepared, who: Who, own: OwnBucket) => Promise<RawAnswer>
}

export interface OwnBucket {
  readonly bucket: string
  readonly uploadId: string
}

/** The same for all, or made for who asks in a situation. */
type Given<Value extends string | Parts> = Value | ((prepared: Prepared, who: Who) => Value)

function resolve<Value extends string | Parts>(value: Given<Value>, prepared: Prepared, who: Who): Value {
  return typeof value === 'function' ? value(prepared, who) : value
}

function onObject(
  actions: string | readonly string[],
  method: string,
  key: Given<string>,
  parts: Given<Parts> = {},
  more: Omit<Asked, 'actions' | 'on'> = {},
): Operation {
  return {
    asked: { actions: [actions].flat(), on: 'object', ...more },
    ask: (room, prepared, who) =>
      room.ask(who, method, prepared.bucket, resolve(key, prepared, who), resolve(parts, prepared, who)),
  }
}

function onBucket(
  action: string,
  method: string,
  parts: Given<Parts>,
  more: Omit<Asked, 'actions' | 'on'> = {},
): Operation {
  return {
    asked: { actions: [action], on: 'bucket', ...more },
    ask: (room, prepared, who) =>
      room.ask(who, method, prepared.bucket, undefined, resolve(parts, prepared, who)),
  }
}

const query = (text: string): Parts => ({ query: text })
const setting = (name: string, document: string): Parts => ({
  query: `${name}=`,
  body: document,
  headers: withMd5(document),
})
const TAGS = '<Tagging><TagSet/></Tagging>'
const BUCKET_TAGS = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>'

const ofMain: Given<Parts> = ({ versionId }) => query(`versionId=${versionId}`)

/** They change nothing. */
export const READS: Readonly<Record<string, Operation>> = {
  GetObject: onObject('GetObject', 'GET', 'main'),
  HeadObject: onObject('GetObject', 'HEAD', 'main'),
  'GetObject of a version': onObject('GetObjectVersion', 'GET', 'main', ofMain),
  'GetObject of nothing': onObject('GetObject', 'GET', 'missing', {}, { isAbsent: true }),
  GetObjectAttributes: onObject(['GetObjectAttributes', 'GetObject'], 'GET', 'main', {
    query: 'attributes=',
    headers: { 'x-amz-object-attributes': 'ETag' },
  }),
  GetObjectAcl: onObject('GetObjectAcl', 'GET', 'main', query('acl=')),
  'GetObjectAcl of a version': onObject('GetObjectVersionAcl', 'GET', 'main', ({ versionId }) =>
    query(`acl=&versionId=${versionId}`),
  ),
  GetObjectTagging: onObject('GetObjectTagging', 'GET', 'main', query('tagging=')),
  'CopyObject from it': {
    asked: { actions: ['GetObject'], on: 'object', signedOnly: true },
    ask: (room, { bucket }, who, own) =>
      room.ask(who, 'PUT', own.bucket, `copy-${bucket}`, {
        headers: { 'x-amz-copy-source': `${bucket}/main` },
      }),
  },
  'UploadPartCopy from a version': {
    asked: { actions: ['GetObjectVersion'], on: 'object', signedOnly: true },
    ask: (room, { bucket, versionId }, who, own) =>
      room.ask(who, 'PUT', own.bucket, 'copy', {
        query: `partNumber=1&uploadId=${own.uploadId}`,
        headers: { 'x-amz-copy-source': `${bucket}/main?versionId=${versionId}` },
      }),
  },
  ListObjectsV2: onBucket('ListBucket', 'GET', query('list-type=2')),
  HeadBucket: onBucket('ListBucket', 'HEAD', {}),
  ListObjectVersions: onBucket('ListBucketVersions', 'GET', query('versions=')),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads', 'GET', query('uploads=')),
  GetBucketAcl: onBucket('GetBucketAcl', 'GET', query('acl=')),
  GetBucketPolicy: onBucket('GetBucketPolicy', 'GET', query('policy=')),
  GetBucketPolicyStatus: onBucket('GetBucketPolicyStatus', 'GET', query('policyStatus=')),
  GetBucketVersioning: onBucket('GetBucketVersioning', 'GET', query('versioning=')),
  GetBucketLocation: onBucket('GetBucketLocation', 'GET', query('location=')),
  GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock', 'GET', query('publicAccessBlock=')),
  GetBucketOwnershipControls: onBucket('GetBucketOwnershipControls', 'GET', query('ownershipControls=')),
  GetBucketTagging: onBucket('GetBucketTagging', 'GET', query('tagging=')),
}

/** They leave as it is what others are asked about. */
export const WRITES: Readonly<Record<string, Operation>> = {
  'PutObject, new': onObject('PutObject', 'PUT', (_, who) => `new-${who}`, { body: 'x' }, { isAbsent: true }),
  'PutObject, over one': onObject('PutObject', 'PUT', (_, who) => `over-${who}`, { body: 'x' }),
  'PutObject, new and public': onObject(
    ['PutObject', 'PutObjectAcl'],
    'PUT',
    (_, who) => `public-${who}`,
    { body: 'x', headers: { 'x-amz-acl': 'public-read' } },
    { isAbsent: true, sets: 'a public ACL' },
  ),
  DeleteObject: onObject('DeleteObject', 'DELETE', (_, who) => `gone-${who}`),
  'DeleteObject of a version': onObject(
    'DeleteObjectVersion',
    'DELETE',
    (_, who) => `version-${who}`,
    ({ versionIds }, who) => query(`versionId=${versionIds[who]}`),
  ),
  PutObjectAcl: onObject(
    'PutObjectAcl',
    'PUT',
    'main',
    ({ situation }) => ({ query: 'acl=', headers: aclHeaders(situation.objectAcl) }),
    { sets: 'its own ACL' },
  ),
  PutObjectTagging: onObject('PutObjectTagging', 'PUT', 'main', setting('tagging', TAGS)),
  DeleteObjectTagging: onObject('DeleteObjectTagging', 'DELETE', 'main', query('tagging=')),
  // "Anonymous users cannot initiate multipart uploads."
  CreateMultipartUpload: onObject('PutObject', 'POST', (_, who) => `begun-${who}`, query('uploads='), {
    isAbsent: true,
    signedOnly: true,
  }),
  UploadPart: onObject(
    'PutObject',
    'PUT',
    'upload',
    ({ uploadId }) => ({ query: `partNumber=1&uploadId=${uploadId}`, body: 'x' }),
    { isAbsent: true },
  ),
  ListParts: onObject(
    'ListMultipartUploadParts',
    'GET',
    'upload',
    ({ uploadId }) => query(`uploadId=${uploadId}`),
    { isAbsent: true, ofInitiator: true },
  ),
  AbortMultipartUpload: onObject(
    'AbortMultipartUpload',
    'DELETE',
    (_, who) => `upload-${who}`,
    ({ uploadIds }, who) => query(`uploadId=${uploadIds[who]}`),
    { isAbsent: true, ofInitiator: true },
  ),
  PutBucketAcl: onBucket(
    'PutBucketAcl',
    'PUT',
    ({ situation }) => ({ query: 'acl=', headers: aclHeaders(situation.bucketAcl) }),
    { sets: 'its own ACL' },
  ),
  PutBucketVersioning: onBucket('PutBucketVersioning', 'PUT', setting('versioning', VERSIONED)),
  PutBucketTagging: onBucket('PutBucketTagging', 'PUT', setting('tagging', BUCKET_TAGS)),
  PutPublicAccessBlock: onBucket('PutBucketPublicAccessBlock', 'PUT', ({ situation }) =>
    setting('publicAccessBlock', blockDocument(situation.switches)),
  ),
}

/** They change what others are let in by, if anybody but the owner may: in this order, the owner last. */
export const LAST: Readonly<Record<string, Operation>> = {
  PutBucketPolicy: onBucket('PutBucketPolicy', 'PUT', ({ policy }) => setting('policy', policy)),
  DeleteBucketPolicy: onBucket('DeleteBucketPolicy', 'DELETE', query('policy=')),
}
