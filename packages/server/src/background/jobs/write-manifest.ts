import { createChecksum } from '../../base/checksums.ts'
import { s3Arn } from '../../access/access-rule.ts'
import { pagesOf } from '../../metadata/entries-of.ts'
import { type GeneratedManifestRow, jobTasks } from '../../metadata/tables/job-tables.ts'
import { bucketNameOfArn } from '../../model/bucket-arn.ts'
import type { S3JobManifestGenerator } from '../../model/types.gen.ts'
import { csvFile } from '../inventory/csv-file.ts'
import { manifestText } from '../inventory/manifest.ts'
import { reportEncryption } from '../inventory/report-encryption.ts'
import { JobMovedOn } from './job-moved-on.ts'
import { type Reading, whileReading } from './job-reading.ts'
import { folderOf } from './job-report.ts'
import type { JobSession } from './perform-as.ts'
import { putAs } from './put-as.ts'

const PAGE = 20
const COLUMNS = ['Bucket', 'Key', 'VersionId'].map((name) => ({ name, type: 'text' as const }))

/**
 * Writes what was found for a job, where that is asked for, as its role and as an inventory does: a compressed file, and what names it,
 * under names that do not change, so that they may be written again. Throws what S3 answers. Source: S3 API Reference, S3ManifestOutputLocation; AWS leaves the names open.
 */
export async function writeManifest(
  session: JobSession,
  reading: Reading,
  { EnableManifestOutput, ManifestOutputLocation: location, SourceBucket }: S3JobManifestGenerator,
): Promise<GeneratedManifestRow | undefined> {
  if (!EnableManifestOutput || !location) return undefined
  const { ExpectedManifestBucketOwner: ExpectedBucketOwner, ManifestEncryption, ManifestPrefix } = location
  const Bucket = bucketNameOfArn(location.Bucket) ?? ''
  const folder = `${folderOf(ManifestPrefix, reading.jobId)}/generated-manifest`
  const place = { Bucket, ExpectedBucketOwner, ...reportEncryption(ManifestEncryption) }

  const file = { key: `${folder}/data.csv.gz`, sizeBytes: 0, md5: '' }
  const md5 = createChecksum('MD5')
  const measured = async function* (): AsyncGenerator<Uint8Array> {
    for await (const bytes of csvFile(COLUMNS, rowsOf(session, reading))) {
      file.sizeBytes += bytes.length
      md5.update(bytes)
      yield bytes
    }
  }
  await putAs(session, place, file.key, measured(), 'application/gzip')
  file.md5 = md5.digest().toString('hex')

  const manifest = Buffer.from(
    manifestText({
      sourceBucket: bucketNameOfArn(SourceBucket) ?? '',
      destinationBucket: Bucket,
      startedMilliseconds: session.service.clock.now().getTime(),
      format: 'CSV',
      schema: COLUMNS.map(({ name }) => name).join(', '),
      files: [file],
    }),
  )
  const Key = `${folder}/manifest.json`
  const written = await putAs(session, place, Key, manifest, 'application/json')
  return { objectArn: s3Arn(Bucket, Key), ...written }
}

async function* rowsOf({ service }: JobSession, reading: Reading) {
  const { metadata } = service.stores
  for await (const entries of pagesOf(metadata, jobTasks.range(reading.jobId), PAGE))
    yield entries.flatMap((entry) =>
      jobTasks.decode(entry).tasks.map(([bucket, key, version]) => [bucket, key, version]),
    )
  // Rows are gone then, and what is there of them must not take the place of a whole manifest.
  if (!(await whileReading(metadata, reading, () => {}))) throw new JobMovedOn()
}
