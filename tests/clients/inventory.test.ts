import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  DeleteObjectCommand,
  CreateBucketCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { reportStatement } from '../conformance/inventory/inventory-documents.ts'
import { mainAccount } from '../support/accounts.ts'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { requireFurtherClient } from './further-clients.ts'

const Bucket = 'counted'
const REPORTS = 'reports'

/** Prints the rows of Parquet files, a line of JSON each. */
const READER = `
import json, sys
import pyarrow.parquet as parquet
for name in sys.argv[1:]:
    for row in parquet.read_table(name).to_pylist():
        print(json.dumps(row, default=lambda time: int(time.timestamp() * 1000)))
`

async function fill(client: S3Client): Promise<void> {
  for (const name of [Bucket, REPORTS]) await client.send(new CreateBucketCommand({ Bucket: name }))
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  const statement = { Effect: 'Allow', ...reportStatement(Bucket, REPORTS, mainAccount.id) }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await client.send(new PutBucketPolicyCommand({ Bucket: REPORTS, Policy }))
  for (const [at, Key] of awkwardKeys.entries()) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x'.repeat(at) }))
    if (at % 3 === 0) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    if (at % 5 === 0) await client.send(new DeleteObjectCommand({ Bucket, Key }))
  }
}

async function report(client: S3Client): Promise<void> {
  const S3BucketDestination = { Bucket: `arn:aws:s3:::${REPORTS}`, Format: 'Parquet' as const }
  const InventoryConfiguration = {
    Id: 'all',
    IsEnabled: true,
    Destination: { S3BucketDestination },
    Schedule: { Frequency: 'Daily' as const },
    IncludedObjectVersions: 'All' as const,
    OptionalFields: ['Size' as const, 'LastModifiedDate' as const, 'ETag' as const, 'StorageClass' as const],
  }
  await client.send(new PutBucketInventoryConfigurationCommand({ Bucket, Id: 'all', InventoryConfiguration }))
}

/** All versions and delete markers as rows of a report. */
async function listed(client: S3Client): Promise<unknown[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }))
  const common = (version: (typeof Versions)[number] | (typeof DeleteMarkers)[number]) => ({
    bucket: Bucket,
    key: version.Key,
    version_id: version.VersionId,
    is_latest: version.IsLatest,
    last_modified_date: version.LastModified?.getTime(),
  })
  return [
    ...Versions.map((version) => ({
      ...common(version),
      is_delete_marker: false,
      size: version.Size,
      e_tag: version.ETag?.replaceAll('"', ''),
      storage_class: version.StorageClass,
    })),
    ...DeleteMarkers.map((marker) => ({
      ...common(marker),
      is_delete_marker: true,
      size: null,
      e_tag: null,
      storage_class: null,
    })),
  ]
}

async function download(client: S3Client, folder: string): Promise<string[]> {
  const page = await client.send(new ListObjectsV2Command({ Bucket: REPORTS }))
  const keys = (page.Contents ?? []).flatMap(({ Key = '' }) => (Key.endsWith('.parquet') ? [Key] : []))
  return Promise.all(
    keys.map(async (Key, at) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: REPORTS, Key }))
      const path = join(folder, `${at}.parquet`)
      await writeFile(path, (await Body?.transformToByteArray()) ?? '')
      return path
    }),
  )
}

describe('a report in Parquet', { timeout: clientTimeoutMilliseconds }, () => {
  it('is to pyarrow what the bucket is to a listing', async (context) => {
    const python = await requireFurtherClient(context, 'python/bin/python')
    await using folder = await temporaryDirectory()
    await using server = await startTestServer({ testing: { enabled: true, inventoryFileRows: 100 } })
    const client = s3Client(server)
    await fill(client)
    await report(client)
    await server.settle()
    const files = await download(client, folder.path)
    const { text } = await runCommand(python, ['-c', READER, ...files], { environment: { TZ: 'UTC' } })
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { version_id: string })
    const byId = (items: readonly unknown[]) =>
      new Map(items.map((item) => [(item as { version_id: string }).version_id, item]))
    expect(byId(rows)).toEqual(byId(await listed(client)))
    expect(rows.length).toBe((await listed(client)).length)
    client.destroy()
  })
})
