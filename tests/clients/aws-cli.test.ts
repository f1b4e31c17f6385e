import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { awkwardFileNames } from '../support/awkward-keys.ts'
import { createBucket, getObject, listKeys, putObject, sortedAsKeys } from '../support/buckets.ts'
import { contentOf, sha256Of, sha256OfFile, writeContentFile } from '../support/content.ts'
import { manyPaths, readTree, writeTree } from '../support/file-tree.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds, isLarge, largeSizeBytes, treeFiles } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'
import { runAws } from './run-aws.ts'

const room = clientRoom((context) => requireCommand(context, 'aws'))

function aws(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runAws(['--endpoint-url', room.server.url, ...words], {
    directory: room.folder.path,
    timeoutMilliseconds: clientTimeoutMilliseconds,
    ...options,
    environment: { ...awsEnvironment(room.server, room.folder.path), ...options.environment },
  })
}

async function s3api(operation: string, ...words: string[]): Promise<unknown> {
  const { text } = await aws(['s3api', operation, ...words, '--output', 'json'])
  return text.trim() === '' ? undefined : JSON.parse(text)
}

let account: Promise<string> | undefined

/** Asked for once: it is the same in all tests. */
function accountId(): Promise<string> {
  return (account ??= aws(['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text']).then(
    ({ text }) => text.trim(),
  ))
}

/** It puts the account in front of the host, which need not resolve. */
async function s3control(operation: string, words: readonly string[], options: CommandOptions = {}) {
  const all = ['s3control', operation, '--account-id', await accountId(), ...words, '--output', 'json']
  return runAws(['--endpoint-url', 'http://localhost', ...all], {
    directory: room.folder.path,
    timeoutMilliseconds: clientTimeoutMilliseconds,
    ...options,
    environment: { ...awsEnvironment(room.server, room.folder.path), HTTP_PROXY: room.server.url },
  })
}

async function control(operation: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { text } = await s3control(operation, words)
  return text.trim() === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/** What a call is refused with, as the CLI tells it. */
async function refusal(call: (options: CommandOptions) => Promise<CommandResult>): Promise<string> {
  const { stderr } = await call({ allowFailure: true })
  return /\(([A-Za-z]+)\)/.exec(stderr)?.[1] ?? stderr
}

describe('aws s3control and access points', { timeout: clientTimeoutMilliseconds }, () => {
  it('makes one, and copies by its alias and from its ARN', async () => {
    const bucket = await createBucket(room.server, 'cli-points')
    await putObject(room.server, bucket, 'key', 'text')
    const { Alias, AccessPointArn } = await control(
      'create-access-point',
      '--name',
      'cli-point',
      '--bucket',
      bucket,
    )
    await aws(['s3', 'cp', `s3://${String(Alias)}/key`, 'down', '--only-show-errors'])
    await aws(['s3', 'cp', 'down', `s3://${String(Alias)}/again`, '--only-show-errors'])
    await s3api(
      'copy-object',
      '--bucket',
      bucket,
      '--key',
      'copy',
      '--copy-source',
      `${String(AccessPointArn)}/object/again`,
    )
    expect((await getObject(room.server, bucket, 'copy')).text).toBe('text')
    expect(await control('get-access-point', '--name', 'cli-point')).toMatchObject({ Bucket: bucket, Alias })
    await control('delete-access-point', '--name', 'cli-point')
  })

  it('lists access points, and is refused those that are not there', async () => {
    const bucket = await createBucket(room.server, 'cli-listed')
    await control('create-access-point', '--name', 'cli-listed-point', '--bucket', bucket)
    expect(await control('list-access-points', '--bucket', bucket)).toMatchObject({
      AccessPointList: [{ Name: 'cli-listed-point' }],
    })
    await control('delete-access-point', '--name', 'cli-listed-point')
    const gone = ['--name', 'cli-listed-point']
    expect(await refusal((options) => s3control('get-access-point', gone, options))).toBe('NoSuchAccessPoint')
  })

  it('makes a job, changes it, tags it, cancels it, and is refused one that is not there', async () => {
    const bucket = await createBucket(room.server, 'cli-jobs')
    const role = 'cli-jobs'
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'batchoperations.s3.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    }
    await aws([
      'iam',
      'create-role',
      '--role-name',
      role,
      '--assume-role-policy-document',
      JSON.stringify(trust),
    ])
    const SourceBucket = `arn:aws:s3:::${bucket}`
    const generator = { SourceBucket, EnableManifestOutput: false, Filter: { EligibleForReplication: true } }
    const { JobId } = await control(
      'create-job',
      '--operation',
      '{"S3ReplicateObject": {}}',
      '--manifest-generator',
      JSON.stringify({ S3JobManifestGenerator: generator }),
      '--report',
      '{"Enabled": false}',
      '--priority',
      '3',
      '--role-arn',
      `arn:aws:iam::${await accountId()}:role/${role}`,
      '--confirmation-required',
      '--description',
      'all of it',
    )
    const job = ['--job-id', String(JobId)]
    expect(await control('describe-job', ...job)).toMatchObject({
      Job: { JobId, Priority: 3, Description: 'all of it', Operation: { S3ReplicateObject: {} } },
    })
    await control('put-job-tagging', ...job, '--tags', 'Key=a,Value=b')
    expect(await control('get-job-tagging', ...job)).toEqual({ Tags: [{ Key: 'a', Value: 'b' }] })
    expect(await control('list-jobs')).toMatchObject({ Jobs: [{ JobId, Operation: 'S3ReplicateObject' }] })
    const none = ['--job-id', 'no-such-job']
    expect(await refusal((options) => s3control('describe-job', none, options))).toBe('NotFoundException')
  })

  it('tags buckets, and blocks public access of its account', async () => {
    const bucket = await createBucket(room.server, 'cli-tagged')
    const arn = ['--resource-arn', `arn:aws:s3:::${bucket}`]
    await control('tag-resource', ...arn, '--tags', 'Key=a,Value=b')
    expect(await control('list-tags-for-resource', ...arn)).toEqual({ Tags: [{ Key: 'a', Value: 'b' }] })
    await control('untag-resource', ...arn, '--tag-keys', 'a')
    expect((await control('list-tags-for-resource', ...arn))['Tags']).toEqual([])
    const none = ['--resource-arn', 'arn:aws:s3:::cli-no-such', '--tags', 'Key=a,Value=b']
    expect(await refusal((options) => s3control('tag-resource', none, options))).toBe('NoSuchBucket')
    const block = '--public-access-block-configuration=BlockPublicAcls=true,RestrictPublicBuckets=false'
    await control('put-public-access-block', block)
    expect(await control('get-public-access-block')).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: false },
    })
    await control('delete-public-access-block')
    expect(await refusal((options) => s3control('get-public-access-block', [], options))).toBe(
      'NoSuchPublicAccessBlockConfiguration',
    )
  })

  it('configures inventories, and is refused one for a bucket that is not there', async () => {
    const bucket = await createBucket(room.server, 'cli-counted')
    const inventory = (destination: string) =>
      JSON.stringify({
        Id: 'all',
        IsEnabled: true,
        IncludedObjectVersions: 'All',
        Schedule: { Frequency: 'Weekly' },
        OptionalFields: ['Size', 'ETag'],
        Destination: {
          S3BucketDestination: { Bucket: `arn:aws:s3:::${destination}`, Format: 'CSV' },
        },
      })
    const of = ['--bucket', bucket]
    const putting = (destination: string) => [
      ...of,
      '--id',
      'all',
      '--inventory-configuration',
      inventory(destination),
    ]
    const operation = 'put-bucket-inventory-configuration'
    await s3api(operation, ...putting(bucket))
    expect(await s3api('get-bucket-inventory-configuration', ...of, '--id', 'all')).toEqual({
      InventoryConfiguration: JSON.parse(inventory(bucket)) as unknown,
    })
    expect(await s3api('list-bucket-inventory-configurations', ...of)).toMatchObject({
      InventoryConfigurationList: [{ Id: 'all' }],
    })
    const refused = (options: CommandOptions) => aws(['s3api', operation, ...putting('cli-no-such')], options)
    expect(await refusal(refused)).toBe('InvalidArgument')
    await s3api('delete-bucket-inventory-configuration', ...of, '--id', 'all')
    const gone = ['s3api', 'get-bucket-inventory-configuration', ...of, '--id', 'all']
    expect(await refusal((options) => aws(gone, options))).toBe('NoSuchConfiguration')
  })
})

describe('aws s3', { timeout: clientTimeoutMilliseconds }, () => {
  it('copies a large file up in parts and down again', async () => {
    const bucket = await createBucket(room.server, 'cli-large')
    const sent = await writeContentFile(join(room.folder.path, 'up'), 'cli-large', largeSizeBytes)

    await aws(['s3', 'cp', 'up', `s3://${bucket}/large.bin`, '--only-show-errors'])
    const head = await rawRequest(room.server, { method: 'HEAD', path: `/${bucket}/large.bin` })
    expect(head.headers['etag']).toMatch(/^"[0-9a-f]{32}-\d+"$/)
    expect(head.headers['content-length']).toBe(String(largeSizeBytes))

    await aws(['s3', 'cp', `s3://${bucket}/large.bin`, 'down', '--only-show-errors'])
    expect(await sha256OfFile(join(room.folder.path, 'down'))).toBe(sent)
  })

  it('copies a large object from one key to another in parts', async () => {
    const bucket = await createBucket(room.server, 'cli-server-copy')
    const sent = await writeContentFile(join(room.folder.path, 'up'), 'cli-copy', 20 * 1024 * 1024)
    await aws(['s3', 'cp', 'up', `s3://${bucket}/from`, '--only-show-errors'])
    await aws(['s3', 'cp', `s3://${bucket}/from`, `s3://${bucket}/to`, '--only-show-errors'])
    expect(sha256Of((await getObject(room.server, bucket, 'to')).body)).toBe(sent)
  })

  it.runIf(isLarge)(`syncs a tree of ${treeFiles} files both ways`, async () => {
    const bucket = await createBucket(room.server, 'cli-sync')
    const tree = await writeTree(join(room.folder.path, 'tree'), manyPaths(treeFiles))

    await aws(['s3', 'sync', 'tree', `s3://${bucket}`, '--only-show-errors'])
    expect(await listKeys(room.server, bucket)).toEqual(sortedAsKeys(tree.keys()))
    const again = await aws(['s3', 'sync', 'tree', `s3://${bucket}`])
    expect(again.text).toBe('')

    await aws(['s3', 'sync', `s3://${bucket}`, 'back', '--only-show-errors'])
    expect(await readTree(join(room.folder.path, 'back'))).toEqual(tree)

    const [gone = ''] = tree.keys()
    await rm(join(room.folder.path, 'tree', gone))
    await aws(['s3', 'sync', 'tree', `s3://${bucket}`, '--delete', '--only-show-errors'])
    expect(await listKeys(room.server, bucket)).toEqual(
      sortedAsKeys([...tree.keys()].filter((key) => key !== gone)),
    )
  })

  it('keeps awkward names both ways', async () => {
    const bucket = await createBucket(room.server, 'cli-names')
    const tree = await writeTree(join(room.folder.path, 'tree'), awkwardFileNames)
    await aws(['s3', 'cp', 'tree', `s3://${bucket}`, '--recursive', '--only-show-errors'])
    expect(await listKeys(room.server, bucket)).toEqual(sortedAsKeys(awkwardFileNames))
    await aws(['s3', 'cp', `s3://${bucket}`, 'back', '--recursive', '--only-show-errors'])
    expect(await readTree(join(room.folder.path, 'back'))).toEqual(tree)
  })

  it('streams from standard input and to standard output', async () => {
    const bucket = await createBucket(room.server, 'cli-streams')
    const input = contentOf('cli-stream', 9 * 1024 * 1024 + 1)
    await aws(['s3', 'cp', '-', `s3://${bucket}/piped`], { input })
    const { stdout } = await aws(['s3', 'cp', `s3://${bucket}/piped`, '-'])
    expect(stdout.equals(input)).toBe(true)
  })

  it('makes, lists, moves, removes', async () => {
    await aws(['s3', 'mb', 's3://cli-everyday'])
    await putObject(room.server, 'cli-everyday', 'a/one', '1')
    await putObject(room.server, 'cli-everyday', 'two', '22')
    const listed = await aws(['s3', 'ls', 's3://cli-everyday'])
    expect(listed.text).toMatch(/^ +PRE a\/\n[-\d]+ [:\d]+ +2 two\n$/)

    await aws(['s3', 'mv', 's3://cli-everyday/two', 's3://cli-everyday/b c+d'])
    expect(await listKeys(room.server, 'cli-everyday')).toEqual(['a/one', 'b c+d'])
    await aws(['s3', 'rb', 's3://cli-everyday', '--force'])
    expect((await rawRequest(room.server, { method: 'HEAD', path: '/cli-everyday' })).status).toBe(404)
  })

  it('presigns a URL that curl can use', async (context) => {
    await requireCommand(context, 'curl')
    const bucket = await createBucket(room.server, 'cli-presign')
    const body = contentOf('presign', 100_000)
    await putObject(room.server, bucket, 'with space & +plus', body)
    // Version 1 presigns for us-east-1 with Signature Version 2, unless told not to.
    const config = join(room.folder.path, 'config')
    await writeFile(config, '[default]\ns3 =\n  signature_version = s3v4\n')
    const words = ['s3', 'presign', `s3://${bucket}/with space & +plus`, '--expires-in', '60']
    const { text } = await aws(words, { environment: { AWS_CONFIG_FILE: config } })
    const { stdout } = await runCommand('curl', ['-sSf', text.trim()])
    expect(stdout.equals(body)).toBe(true)
  })
})

describe('aws s3api', { timeout: clientTimeoutMilliseconds }, () => {
  it('puts, heads, ranges, copies and deletes', async () => {
    await s3api('create-bucket', '--bucket', 'cli-api')
    await writeFile(join(room.folder.path, 'body'), '0123456789')
    const to = ['--bucket', 'cli-api', '--key', 'a//b +%.txt']
    const metadata = [
      '--metadata',
      'color=blue',
      '--content-type',
      'text/plain',
      '--cache-control',
      'no-store',
    ]
    expect(await s3api('put-object', ...to, '--body', 'body', ...metadata)).toMatchObject({
      ETag: '"781e5e245d69b566979b86e28d23f2c7"',
    })
    expect(await s3api('head-object', ...to)).toMatchObject({
      ContentLength: 10,
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      Metadata: { color: 'blue' },
    })
    expect(await s3api('get-object', ...to, '--range', 'bytes=2-4', 'part')).toMatchObject({
      ContentRange: 'bytes 2-4/10',
    })
    const copy = ['--bucket', 'cli-api', '--key', 'copy', '--copy-source', 'cli-api/a//b +%.txt']
    await s3api('copy-object', ...copy)
    expect((await getObject(room.server, 'cli-api', 'copy')).text).toBe('0123456789')
    expect(await s3api('list-objects-v2', '--bucket', 'cli-api', '--delimiter', '/')).toMatchObject({
      Contents: [{ Key: 'copy', Size: 10 }],
      CommonPrefixes: [{ Prefix: 'a/' }],
    })
    const both = JSON.stringify({ Objects: [{ Key: 'copy' }, { Key: 'a//b +%.txt' }], Quiet: true })
    await s3api('delete-objects', '--bucket', 'cli-api', '--delete', both)
    expect(await listKeys(room.server, 'cli-api')).toEqual([])
  })

  it.runIf(isLarge)('makes a website', async () => {
    const bucket = await createBucket(room.server, 'cli-website')
    await aws([
      's3',
      'website',
      `s3://${bucket}`,
      '--index-document',
      'index.html',
      '--error-document',
      'error.html',
    ])
    expect(await s3api('get-bucket-website', '--bucket', bucket)).toEqual({
      IndexDocument: { Suffix: 'index.html' },
      ErrorDocument: { Key: 'error.html' },
    })
    await s3api('delete-public-access-block', '--bucket', bucket)
    const [Effect, Principal, Action, Resource] = ['Allow', '*', 's3:GetObject', `arn:aws:s3:::${bucket}/*`]
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect, Principal, Action, Resource }],
    })
    await s3api('put-bucket-policy', '--bucket', bucket, '--policy', policy)
    await writeFile(join(room.folder.path, 'index.html'), '<h1>Hello</h1>')
    await aws(['s3', 'cp', 'index.html', `s3://${bucket}/`, '--only-show-errors'])
    const headers = { host: `${bucket}.s3-website-us-east-1.localhost:${room.server.port}` }
    const page = await rawRequest(room.server, { path: '/', headers, anonymous: true })
    expect([page.text, page.headers['content-type']]).toEqual(['<h1>Hello</h1>', 'text/html'])
    await s3api('delete-bucket-website', '--bucket', bucket)
    expect((await rawRequest(room.server, { path: '/', headers, anonymous: true })).status).toBe(404)
  })

  it('selects records of an object', async () => {
    const bucket = await createBucket(room.server, 'cli-select')
    await putObject(room.server, bucket, 'people.csv', 'name,age\nAda,36\nGrace,85\n')
    const words = ['--bucket', bucket, '--key', 'people.csv', '--expression-type', 'SQL']
    const query = 'SELECT s.name FROM S3Object s WHERE CAST(s.age AS INT) > 40'
    const formats = [
      '--input-serialization',
      '{"CSV":{"FileHeaderInfo":"USE"}}',
      '--output-serialization',
      '{"JSON":{}}',
    ]
    await s3api('select-object-content', ...words, '--expression', query, ...formats, 'selected')
    expect(await readFile(join(room.folder.path, 'selected'), 'utf8')).toBe('{"name":"Grace"}\n')
  })

  it('sets what buckets have besides', async () => {
    const to = ['--bucket', await createBucket(room.server, 'cli-settings')]
    const MetricsConfiguration = { Id: 'logs', Filter: { Prefix: 'logs/' } }
    const text = JSON.stringify(MetricsConfiguration)
    const one = [...to, '--id', 'logs']
    await s3api('put-bucket-metrics-configuration', ...one, '--metrics-configuration', text)
    expect(await s3api('get-bucket-metrics-configuration', ...one)).toEqual({ MetricsConfiguration })
    await s3api('delete-bucket-metrics-configuration', ...one)
    const InventoryConfiguration = {
      Destination: {
        S3BucketDestination: { Bucket: 'arn:aws:s3:::cli-settings', Format: 'CSV', Prefix: 'in' },
      },
      IsEnabled: true,
      Id: 'logs',
      IncludedObjectVersions: 'Current',
      OptionalFields: ['Size', 'StorageClass'],
      Schedule: { Frequency: 'Weekly' },
    }
    const inventory = ['--inventory-configuration', JSON.stringify(InventoryConfiguration)]
    await s3api('put-bucket-inventory-configuration', ...one, ...inventory)
    expect(await s3api('get-bucket-inventory-configuration', ...one)).toEqual({ InventoryConfiguration })
    await s3api('delete-bucket-inventory-configuration', ...one)
    const AnalyticsConfiguration = {
      Id: 'logs',
      Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] } },
      StorageClassAnalysis: {
        DataExport: { OutputSchemaVersion: 'V_1', Destination: InventoryConfiguration.Destination },
      },
    }
    const analytics = ['--analytics-configuration', JSON.stringify(AnalyticsConfiguration)]
    await s3api('put-bucket-analytics-configuration', ...one, ...analytics)
    expect(await s3api('get-bucket-analytics-configuration', ...one)).toEqual({ AnalyticsConfiguration })
    expect(await s3api('list-bucket-analytics-configurations', ...to)).toMatchObject({
      AnalyticsConfigurationList: [{ Id: 'logs' }],
    })
    await s3api('delete-bucket-analytics-configuration', ...one)
    await s3api('put-bucket-accelerate-configuration', ...to, '--accelerate-configuration', 'Status=Enabled')
    expect(await s3api('get-bucket-accelerate-configuration', ...to)).toEqual({ Status: 'Enabled' })
    await s3api('put-bucket-abac', ...to, '--abac-status', 'Status=Enabled')
    expect(await s3api('get-bucket-abac', ...to)).toEqual({ AbacStatus: { Status: 'Enabled' } })
  })

  it('uploads in parts by hand', async () => {
    const bucket = await createBucket(room.server, 'cli-api-parts')
    const to = ['--bucket', bucket, '--key', 'whole']
    const first = contentOf('first part', 5 * 1024 * 1024)
    await writeFile(join(room.folder.path, 'part1'), first)
    await writeFile(join(room.folder.path, 'part2'), 'the end')
    const { UploadId } = (await s3api('create-multipart-upload', ...to)) as { UploadId: string }
    const upload = [...to, '--upload-id', UploadId]
    await s3api('upload-part', ...upload, '--part-number', '1', '--body', 'part1')
    await s3api('upload-part', ...upload, '--part-number', '2', '--body', 'part2')
    const { Parts } = (await s3api('list-parts', ...upload)) as {
      Parts: { PartNumber: number; ETag: string; Size: number }[]
    }
    expect(Parts.map(({ Size }) => Size)).toEqual([first.length, 7])
    const named = Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))
    await s3api(
      'complete-multipart-upload',
      ...upload,
      '--multipart-upload',
      JSON.stringify({ Parts: named }),
    )
    const { body } = await getObject(room.server, bucket, 'whole')
    expect(body.equals(Buffer.concat([first, Buffer.from('the end')]))).toBe(true)
  })

  it.runIf(isLarge)('turns access logging on and off', async () => {
    const [bucket, target] = [
      await createBucket(room.server, 'cli-logged'),
      await createBucket(room.server, 'cli-logs'),
    ]
    const to = ['--bucket', bucket]
    const LoggingEnabled = {
      TargetBucket: target,
      TargetPrefix: 'logs/',
      TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: 'DeliveryTime' } },
    }
    const status = JSON.stringify({ LoggingEnabled })
    await s3api('put-bucket-logging', ...to, '--bucket-logging-status', status)
    expect(await s3api('get-bucket-logging', ...to)).toEqual({ LoggingEnabled })
    await s3api('put-bucket-logging', ...to, '--bucket-logging-status', '{}')
    expect(await s3api('get-bucket-logging', ...to)).toBeUndefined()
  })

  it('reports S3 errors by their code', async () => {
    const bucket = await createBucket(room.server, 'cli-api-errors')
    const missing = await aws(['s3api', 'get-object', '--bucket', bucket, '--key', 'none', 'out'], {
      allowFailure: true,
    })
    expect(missing.exitCode).not.toBe(0)
    expect(missing.stderr).toContain('(NoSuchKey)')
  })
})
