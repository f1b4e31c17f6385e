import { bucketNameOfArn, objectOfArn } from '../../../model/bucket-arn.ts'
import { directoryBucketOfArn, isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  CreateJobInput,
  JobManifest,
  JobReport,
  LambdaInvokeOperation,
  S3CopyObjectOperation,
  S3JobManifestGenerator,
  S3ManifestOutputLocation,
} from '../../../model/types.gen.ts'
import { assertUserMetadata } from '../../../model/user-metadata.ts'
import { checkTexts } from './check-texts.ts'

/** Operations that jobs do. Source: S3 User Guide, "Operations supported by S3 Batch Operations". */
const SUPPORTED: ReadonlySet<string> = new Set([
  'LambdaInvoke',
  'S3ComputeObjectChecksum',
  'S3DeleteObjectTagging',
  'S3InitiateRestoreObject',
  'S3PutObjectAcl',
  'S3PutObjectCopy',
  'S3PutObjectLegalHold',
  'S3PutObjectRetention',
  'S3PutObjectTagging',
  'S3ReplicateObject',
  'S3UpdateObjectEncryption',
])

/** Source: S3 API Reference, S3CopyObjectOperation, ChecksumAlgorithm. */
const COPY_CHECKSUMS: ReadonlySet<string | undefined> = new Set([
  'CRC32',
  'CRC32C',
  'SHA1',
  'SHA256',
  'CRC64NVME',
])

const MOST_ARGUMENTS = 10
const MOST_ARGUMENT_LENGTH = 64

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

function checkOperation(operation: CreateJobInput['Operation']): void {
  const {
    LambdaInvoke: call,
    S3ComputeObjectChecksum: checksum,
    S3InitiateRestoreObject: restore,
    S3PutObjectAcl: acl,
    S3PutObjectCopy: copy,
    S3UpdateObjectEncryption: encryption,
  } = operation
  if (call) checkCall(call)
  // Source: S3 User Guide, "Checking object integrity", "Using supported checksum algorithms".
  if (checksum?.ChecksumType === 'COMPOSITE' && (checksum.ChecksumAlgorithm ?? 'CRC64NVME') === 'CRC64NVME')
    throw invalid('A checksum of CRC64NVME is that of the full object')
  const { AccessControlList: grants, CannedAccessControlList: canned } = acl?.AccessControlPolicy ?? {}
  if (acl && (grants === undefined) === (canned === undefined))
    throw invalid('An AccessControlPolicy has either an AccessControlList or a CannedAccessControlList')
  if (copy) checkCopy(copy)
  // Source: S3 API Reference, S3InitiateRestoreObjectOperation: left out for the archive tiers of INTELLIGENT_TIERING.
  if (restore?.ExpirationInDays !== undefined && restore.ExpirationInDays < 1)
    throw invalid('ExpirationInDays has to be 1 or more')
  if (encryption && !encryption.ObjectEncryption?.SSEKMS)
    throw invalid('ObjectEncryption has to be SSEKMS, with the ARN of a key')
}

/** Source: S3 API Reference, LambdaInvokeOperation. */
function checkCall({ UserArguments, InvocationSchemaVersion }: LambdaInvokeOperation): void {
  if (!UserArguments) return
  if (InvocationSchemaVersion !== '2.0') throw invalid('UserArguments take InvocationSchemaVersion 2.0')
  const names = Object.keys(UserArguments)
  if (names.length > MOST_ARGUMENTS) throw invalid(`UserArguments are ${MOST_ARGUMENTS} at the most`)
  const isWrong = names.some((name) => name === '' || name.length > MOST_ARGUMENT_LENGTH)
  if (isWrong) throw invalid(`The name of an argument has 1 to ${MOST_ARGUMENT_LENGTH} characters`)
}

function checkCopy(copy: S3CopyObjectOperation): void {
  const { TargetResource: target = '', ChecksumAlgorithm: algorithm, AccessControlGrants: grants } = copy
  if ((bucketNameOfArn(target) ?? directoryBucketOfArn(target)) === undefined)
    throw invalid('TargetResource has to be the ARN of a bucket')
  if (algorithm !== undefined && !COPY_CHECKSUMS.has(algorithm))
    throw invalid(`A copy has no checksum of ${algorithm}`)
  if (grants && copy.CannedAccessControlList !== undefined)
    throw invalid('A copy has either AccessControlGrants or a CannedAccessControlList')
  for (const { Grantee, Permission } of grants ?? []) {
    if (Grantee?.Identifier === undefined || Permission === undefined)
      throw invalid('A grant has a Grantee and a Permission')
    if (Permission === 'WRITE') throw invalid('WRITE is no permission of objects')
  }
  const { UserMetadata, SSEAlgorithm } = copy.NewObjectMetadata ?? {}
  if (UserMetadata) assertUserMetadata(UserMetadata)
  if (SSEAlgorithm === 'AES256' && copy.SSEAwsKmsKeyId !== undefined)
    throw invalid('SSEAwsKmsKeyId is for SSEAlgorithm KMS')
}

function checkReport({ Enabled, Bucket, Format, ReportScope }: JobReport): void {
  if (!Enabled) return
  assertGeneralBucket('Reports are not stored in', 'Report.Bucket', Bucket)
  if (Format !== 'Report_CSV_20180820') throw invalid('Report.Format has to be Report_CSV_20180820')
  if (ReportScope !== 'AllTasks' && ReportScope !== 'FailedTasksOnly')
    throw invalid('Report.ReportScope has to be AllTasks or FailedTasksOnly')
}

function checkManifest({ Spec: { Format, Fields = [] }, Location }: JobManifest): void {
  const object = objectOfArn(Location.ObjectArn)
  if (!object) throw invalid('ObjectArn has to be the ARN of an object')
  // Source: S3 User Guide, "Creating an S3 Batch Operations job": a manifest lies in a general purpose bucket.
  if (isDirectoryBucketName(object.bucketName)) throw invalid('Manifests are not read of directory buckets')
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
  // Source: S3 API Reference, S3JobManifestGenerator, SourceBucket.
  assertGeneralBucket('Manifests are not generated of', 'SourceBucket', generator.SourceBucket)
  if (!/^\d{12}$/.test(generator.ExpectedBucketOwner ?? '0'.repeat(12)))
    throw invalid('ExpectedBucketOwner has to be the id of an account')
  for (const filter of generator.Filter?.MatchAnyObjectEncryption ?? [])
    if (Object.keys(filter).length !== 1) throw invalid('A filter of encryption has one kind')
  const { EnableManifestOutput, ManifestOutputLocation: location } = generator
  if (location) checkManifestOutput(location)
  else if (EnableManifestOutput) throw invalid('ManifestOutputLocation is missing')
}

/** Source: S3 API Reference, S3ManifestOutputLocation. */
function checkManifestOutput({ Bucket, ManifestFormat, ManifestEncryption }: S3ManifestOutputLocation): void {
  assertGeneralBucket('Manifests are not stored in', 'ManifestOutputLocation.Bucket', Bucket)
  if (ManifestFormat !== 'S3InventoryReport_CSV_20211130')
    throw invalid('ManifestFormat has to be S3InventoryReport_CSV_20211130')
  if (ManifestEncryption?.SSES3 && ManifestEncryption.SSEKMS) throw invalid('ManifestEncryption has one kind')
}

/** Source: S3 API Reference, JobReport and S3ManifestOutputLocation, Bucket. */
function assertGeneralBucket(refusal: string, member: string, arn = ''): void {
  const bucketName = bucketNameOfArn(arn)
  if (bucketName === undefined) throw invalid(`${member} has to be the ARN of a bucket`)
  if (isDirectoryBucketName(bucketName)) throw invalid(`${refusal} directory buckets`)
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

function notHere(message: string): S3Error {
  return new S3Error('NotImplemented', {}, { message })
}
