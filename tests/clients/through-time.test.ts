import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testRegion } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { requireCommand } from '../support/require-command.ts'
import { type CommandOptions, runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { setVersioning } from '../support/versioning.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'
import { runAws } from './run-aws.ts'
import { runBoto3 } from './run-boto3.ts'

const room = clientRoom()

const options = (environment: Readonly<Record<string, string>> = {}): CommandOptions => ({
  directory: room.folder.path,
  timeoutMilliseconds: clientTimeoutMilliseconds,
  environment: { ...awsEnvironment(room.server, room.folder.path), ...environment },
})

async function s3api(operation: string, ...words: string[]): Promise<Record<string, unknown>> {
  const line = ['--endpoint-url', room.server.url, 's3api', operation, ...words, '--output', 'json']
  const { text } = await runAws(line, options())
  return text.trim() === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

describe('versions, locks and rules', { timeout: clientTimeoutMilliseconds }, () => {
  it.runIf(isLarge)('aws s3api', async (context) => {
    await requireCommand(context, 'aws')
    const named = ['--bucket', 'cli-time', '--key', 'k']
    await s3api('create-bucket', '--bucket', 'cli-time', '--object-lock-enabled-for-bucket')
    await writeFile(join(room.folder.path, 'body'), 'first')
    const { VersionId } = await s3api('put-object', ...named, '--body', 'body', '--tagging', 'a=1&b=2')
    await s3api('delete-object', ...named)
    const listed = await s3api('list-object-versions', '--bucket', 'cli-time', '--max-items', '10')
    expect(listed).toMatchObject({
      Versions: [{ Key: 'k', VersionId, IsLatest: false, Size: 5 }],
      DeleteMarkers: [{ Key: 'k', IsLatest: true }],
    })

    const version = ['--version-id', String(VersionId)]
    const retention = 'Mode=GOVERNANCE,RetainUntilDate=2099-01-01T00:00:00Z'
    await s3api('put-object-retention', ...named, ...version, '--retention', retention)
    expect(await s3api('get-object-retention', ...named, ...version)).toMatchObject({
      Retention: { Mode: 'GOVERNANCE' },
    })
    await expect(s3api('delete-object', ...named, ...version)).rejects.toThrow('AccessDenied')
    await s3api('delete-object', ...named, ...version, '--bypass-governance-retention')

    const rules = {
      Rules: [{ ID: 'all', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } }],
    }
    const configuration = ['--lifecycle-configuration', JSON.stringify(rules)]
    await s3api('put-bucket-lifecycle-configuration', '--bucket', 'cli-time', ...configuration)
    expect(await s3api('get-bucket-lifecycle-configuration', '--bucket', 'cli-time')).toMatchObject(rules)
    const expiring = await s3api('put-object', '--bucket', 'cli-time', '--key', 'logs/a', '--body', 'body')
    expect(expiring['Expiration']).toMatch(/^expiry-date="[^"]+ 00:00:00 GMT", rule-id="all"$/)
  })

  it('boto3 resources', async (context) => {
    expect(await runBoto3(context, room, 'versions.py')).toMatchObject({ exitCode: 0 })
  })

  it('rclone --s3-versions', async (context) => {
    await requireCommand(context, 'rclone')
    const bucket = await createBucket(room.server, 'rclone-versions')
    await setVersioning(room.server, bucket, 'Enabled')
    await putObject(room.server, bucket, 'file.txt', 'first')
    await putObject(room.server, bucket, 'file.txt', 'second one')
    const environment = {
      RCLONE_CONFIG: join(room.folder.path, 'none.conf'),
      RCLONE_CONFIG_S3_TYPE: 's3',
      RCLONE_CONFIG_S3_PROVIDER: 'Other',
      RCLONE_CONFIG_S3_ENDPOINT: room.server.url,
      RCLONE_CONFIG_S3_REGION: testRegion,
      RCLONE_CONFIG_S3_ACCESS_KEY_ID: room.server.credentials.accessKeyId,
      RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: room.server.credentials.secretAccessKey,
    }
    const rclone = (...words: string[]) => runCommand('rclone', words, options(environment))
    const list = await rclone('lsf', '--s3-versions', '--format', 'sp', `s3:${bucket}`)
    const lines = list.text.trim().split('\n').toSorted()
    expect(lines).toEqual([
      '10;file.txt',
      expect.stringMatching(/^5;file-v\d{4}-\d\d-\d\d-\d{6}-\d{3}\.txt$/),
    ])
    const old = lines[1]?.slice(2) ?? ''
    expect((await rclone('cat', '--s3-versions', `s3:${bucket}/${old}`)).text).toBe('first')
    await rclone('delete', `s3:${bucket}/file.txt`)
    expect((await rclone('lsf', `s3:${bucket}`)).text).toBe('')
    await rclone('backend', 'cleanup-hidden', `s3:${bucket}`)
    expect((await rclone('lsf', '--s3-versions', `s3:${bucket}`)).text).toBe('')
  })
})
