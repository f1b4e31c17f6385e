import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testRegion } from '../support/accounts.ts'
import { awkwardFileNames } from '../support/awkward-keys.ts'
import { createBucket, getObject, listKeys, sortedAsKeys } from '../support/buckets.ts'
import { contentOf, sha256OfFile, writeContentFile } from '../support/content.ts'
import { manyPaths, readTree, writeTree } from '../support/file-tree.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { clientRoom } from './client-room.ts'

const room = clientRoom((context) => requireCommand(context, 'rclone'))

function rclone(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand('rclone', ['--retries', '1', '--low-level-retries', '1', ...words], {
    directory: room.folder.path,
    ...options,
    environment: {
      HOME: room.folder.path,
      RCLONE_CONFIG: join(room.folder.path, 'none.conf'),
      RCLONE_CONFIG_S3_TYPE: 's3',
      RCLONE_CONFIG_S3_PROVIDER: 'Other',
      RCLONE_CONFIG_S3_ENDPOINT: room.server.url,
      RCLONE_CONFIG_S3_REGION: testRegion,
      // Its default is `private`, which a bucket without ACLs refuses from other accounts.
      RCLONE_CONFIG_S3_ACL: 'bucket-owner-full-control',
      RCLONE_CONFIG_S3_BUCKET_ACL: 'private',
      RCLONE_CONFIG_S3_ACCESS_KEY_ID: room.server.credentials.accessKeyId,
      RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: room.server.credentials.secretAccessKey,
    },
  })
}

describe('rclone', { timeout: clientTimeoutMilliseconds }, () => {
  it('copies a tree up and down, and checks it', async () => {
    const bucket = await createBucket(room.server, 'rclone-tree')
    const tree = await writeTree(join(room.folder.path, 'tree'), [...manyPaths(200), ...awkwardFileNames])
    await rclone(['copy', 'tree', `s3:${bucket}`])
    expect(await listKeys(room.server, bucket)).toEqual(sortedAsKeys(tree.keys()))
    await rclone(['check', 'tree', `s3:${bucket}`])
    await rclone(['check', '--download', 'tree', `s3:${bucket}`])
    await rclone(['copy', `s3:${bucket}`, 'back'])
    expect(await readTree(join(room.folder.path, 'back'))).toEqual(tree)
  })

  it('syncs: what is gone here goes there, what is unchanged stays', async () => {
    const bucket = await createBucket(room.server, 'rclone-sync')
    const tree = await writeTree(join(room.folder.path, 'tree'), manyPaths(50))
    await rclone(['sync', 'tree', `s3:${bucket}/some prefix`])
    const [gone = ''] = tree.keys()
    await rm(join(room.folder.path, 'tree', gone))
    const second = await rclone(['sync', 'tree', `s3:${bucket}/some prefix`, '-v'])
    expect(second.stderr).not.toContain('Copied')
    const left = [...tree.keys()].filter((path) => path !== gone).map((path) => `some prefix/${path}`)
    expect(await listKeys(room.server, bucket)).toEqual(sortedAsKeys(left))
  })

  it('uploads in chunks, several at once', async () => {
    const bucket = await createBucket(room.server, 'rclone-chunks')
    const sent = await writeContentFile(join(room.folder.path, 'large'), 'rclone', 33_000_000)
    const chunks = ['--s3-chunk-size', '5Mi', '--s3-upload-cutoff', '5Mi', '--s3-upload-concurrency', '4']
    await rclone(['copyto', 'large', `s3:${bucket}/large`, ...chunks])
    const head = await rawRequest(room.server, { method: 'HEAD', path: `/${bucket}/large` })
    expect(head.headers['etag']).toMatch(/-7"$/)
    await rclone(['copyto', `s3:${bucket}/large`, 'down', '--multi-thread-streams', '4'])
    expect(await sha256OfFile(join(room.folder.path, 'down'))).toBe(sent)
    await rclone([
      'copyto',
      `s3:${bucket}/large`,
      `s3:${bucket}/copied`,
      '--s3-copy-cutoff',
      '5Mi',
      ...chunks,
    ])
    await rclone(['check', '--download', `s3:${bucket}`, `s3:${bucket}`, '--include', 'copied'])
    expect((await getObject(room.server, bucket, 'copied')).body).toHaveLength(33_000_000)
  })

  it('streams what it does not know the size of', async () => {
    const bucket = await createBucket(room.server, 'rclone-stream')
    const input = contentOf('rcat', 7_000_000)
    await rclone(['rcat', `s3:${bucket}/piped`, '--s3-chunk-size', '5Mi'], { input })
    const { stdout } = await rclone(['cat', `s3:${bucket}/piped`])
    expect(stdout.equals(input)).toBe(true)
  })

  it('makes and purges a bucket', async () => {
    await rclone(['mkdir', 's3:rclone-purge'])
    await rclone(['rcat', 's3:rclone-purge/a/b'], { input: 'x' })
    const { text } = await rclone(['lsf', '-R', 's3:rclone-purge'])
    expect(text.trim().split('\n').sort()).toEqual(['a/', 'a/b'])
    await rclone(['purge', 's3:rclone-purge'])
    expect((await rawRequest(room.server, { method: 'HEAD', path: '/rclone-purge' })).status).toBe(404)
  })
})
