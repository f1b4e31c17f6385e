import { bucketNameOfArn, objectOfArn } from '../../../model/bucket-arn.ts'
import { directoryBucketOfArn, isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  CreateJobInput,
  JobManifest,
  JobReport,
  S3JobManifestGenerator,
} from '../../../model/types.gen.ts'
import { checkTexts } from './check-texts.ts'

/** Operations that jobs do. Source: S3 User Guide, "Operations supported by S3 Batch Operations". */
const SUPPORTED: ReadonlySet<string> = new Set([
  'S3DeleteObjectTagging',
  'S3InitiateRestoreObject',
  'S3PutObjectAcl',
  'S3PutObjectCopy',
  'S3PutObjectLegalHold',
  'S3PutObjectRetention',
  'S3PutObjectTagging',
  'S3ReplicateObject',
])

const FIELDS: ReadonlySet<string> = new Set(['Bucket', 'Key', 'VersionId', 'Ignore'])

/** Throws InvalidRequest, or NotImplemented for what jobs do on AWS alone. */
export function checkJob(input: CreateJobInput): void {
  const { Operation, Manifest, ManifestGenerator, Priority, Report } = input
  checkTexts(input)
  const [name, ...others] = Object.keys(Operation)
  if (name === undefined || others.length > 0) throw invalid('A job has one operation')
  if (!SUPPORTED.has(name)) throw notHere(`The operation ${name} of jobs is not implemented`)
  if (Priority < 0) throw invalid('The priority of a job is 0 or more')
  if ((Manifest === undefined) === (ManifestGenerator === undefined))
    throw invalid('A job has either a manifest or a manifest generator')
  checkOperation(Operation)
  checkReport(Report)
  if (Manifest) checkManifest(Manifest)
  else checkGenerator(ManifestGenerator?.S3JobManifestGenerator)
}

function checkOperation({
  S3PutObjectCopy: copy,
  S3InitiateRestoreObject: restore,
}: CreateJobInput['Operation']): void {
  if (copy) {
    const { TargetResource: target = '' } = copy
    if ((bucketNameOfArn(target) ?? directoryBucketOfArn(target)) === undefined)
      throw invalid('TargetResource has to be the ARN of a bucket')
    if (copy.NewObjectMetadata) throw notHere('NewObjectMetadata is not implemented')
    if (copy.AccessControlGrants) throw notHere('AccessControlGrants of copies are not implemented')
  }
  // Source: S3 API Reference, S3InitiateRestoreObjectOperation: left out for the archive tiers of INTELLIGENT_TIERING.
  if (restore?.ExpirationInDays !== undefined && restore.ExpirationInDays < 1)
    throw invalid('ExpirationInDays has to be 1 or more')
}

function checkReport({ Enabled, Bucket, Format, ReportScope }: JobReport): void {
  if (!Enabled) return
  const bucketName = bucketNameOfArn(Bucket ?? '')
  if (bucketName === undefined) throw invalid('Report.Bucket has to be the ARN of a bucket')
  // Source: S3 API Reference, JobReport, Bucket.
  if (isDirectoryBucketName(bucketName)) throw invalid('Reports are not stored in directory buckets')
  if (Format !== 'Report_CSV_20180820') throw invalid('Report.Format has to be Report_CSV_20180820')
  if (ReportScope !== 'AllTasks' && ReportScope !== 'FailedTasksOnly')
    throw invalid('Report.ReportScope has to be AllTasks or FailedTasksOnly')
}

function checkManifest({ Spec: { Format, Fields = [] }, Location }: JobManifest): void {
  if (!objectOfArn(Location.ObjectArn)) throw invalid('ObjectArn has to be the ARN of an object')
  if (Format === 'S3InventoryReport_CSV_20161130') {
    if (Fields.length > 0) throw invalid('The manifest of an inventory tells its fields itself')
    return
  }
  if (Format !== 'S3BatchOperations_CSV_20180820') throw invalid('Unknown format of a manifest')
  const named = Fields.filter((field) => field !== 'Ignore')
  const isKnown = Fields.every((field) => FIELDS.has(field)) && new Set(named).size === named.length
  if (!isKnown || !named.includes('Bucket') || !named.includes('Key'))
    throw invalid('Fields are Bucket and Key, and perhaps VersionId and Ignore')
}

function checkGenerator(generator: S3JobManifestGenerator | undefined): void {
  if (!generator) throw invalid('A manifest generator is an S3JobManifestGenerator')
  if (bucketNameOfArn(generator.SourceBucket) === undefined)
    throw invalid('SourceBucket has to be the ARN of a bucket')
  if (!/^\d{12}$/.test(generator.ExpectedBucketOwner ?? '0'.repeat(12)))
    throw invalid('ExpectedBucketOwner has to be the id of an account')
  if (generator.EnableManifestOutput) throw notHere('A generated manifest is not written out')
  if (generator.Filter?.MatchAnyObjectEncryption)
    throw notHere('Generated manifests are not filtered by encryption')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

function notHere(message: string): S3Error {
  return new S3Error('NotImplemented', {}, { message })
}
