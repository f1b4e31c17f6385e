import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createBucket, getObject } from '../support/buckets.ts'
import { awkwardFileNames } from '../support/awkward-keys.ts'
import { contentOf } from '../support/content.ts'
import { manyPaths, readTree, writeTree } from '../support/file-tree.ts'
import { requireCommand } from '../support/require-command.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { requireFurtherClient } from './further-clients.ts'
import { clientRoom } from './client-room.ts'

/* Clients that `.ci/clients` installs. Scripts assert for themselves; docs/clients says which versions these are. */

const scripts = fileURLToPath(new URL('data/', import.meta.url))
const LARGE_BYTES = 20_000_003

let made = 0

const room = clientRoom()

async function run(
  command: string,
  line: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return runCommand(command, line, {
    directory: room.folder.path,
    timeoutMilliseconds: clientTimeoutMilliseconds,
    environment: {
      ...awsEnvironment(room.server, room.folder.path),
      AWS_ENDPOINT_URL: room.server.url,
      AWS_REGION: 'us-east-1',
      HOME: room.folder.path,
      ...environment,
    },
  })
}

function newBucket(): Promise<string> {
  return createBucket(room.server, `further-${++made}`)
}

const names = ['polars', 'deltalake', 'lance', 'obstore', 'pyarrow', 's3fs', 'pandas', 'minio']

describe.skipIf(!isLarge)('further clients', { timeout: clientTimeoutMilliseconds }, () => {
  it.for(names)('%s', async (name, context) => {
    const python = await requireFurtherClient(context, 'python/bin/python')
    const environment = { TEST_BUCKET: await newBucket() }
    const { text } = await run(python, ['-B', join(scripts, `with_${name}.py`)], environment)
    expect(text).toMatch(/^[\d.]+\n$/)
  })

  it.for(['aws-sdk-go-v2', 'minio-go'])('%s', async (name, context) => {
    const client = await requireFurtherClient(context, 'go-client')
    expect(await run(client, [name], { TEST_BUCKET: await newBucket() })).toMatchObject({ exitCode: 0 })
  })

  it('restic backs up, checks what it reads, and restores', async (context) => {
    await requireCommand(context, 'restic')
    const bucket = await newBucket()
    const tree = await writeTree(join(room.folder.path, 'tree'), [...manyPaths(100), ...awkwardFileNames])
    const restic = (...line: string[]) =>
      run('restic', ['-q', '-r', `s3:${room.server.url}/${bucket}/backup`, ...line], {
        RESTIC_PASSWORD: 'secret',
      })
    await restic('init')
    await restic('backup', 'tree')
    await restic('check', '--read-data')
    await restic('restore', 'latest', '--target', 'back')
    expect(await readTree(join(room.folder.path, 'back', 'tree'))).toEqual(tree)
    await restic('forget', '--keep-last', '1', '--prune')
  })

  it('duplicity backs up twice, verifies and restores', async (context) => {
    const duplicity = await requireFurtherClient(context, 'python/bin/duplicity')
    const bucket = await newBucket()
    const source = join(room.folder.path, 'tree')
    await writeTree(source, manyPaths(50))
    const settings = [
      '--no-encryption',
      '--s3-endpoint-url',
      room.server.url,
      '--s3-region-name',
      'us-east-1',
    ]
    const target = `boto3+s3://${bucket}/backup`
    await run(duplicity, ['backup', ...settings, source, target])
    await writeFile(join(source, 'added'), 'later')
    await run(duplicity, ['backup', ...settings, source, target])
    await run(duplicity, ['verify', '--compare-data', ...settings, target, source])
    await run(duplicity, ['restore', ...settings, target, join(room.folder.path, 'back')])
    expect(await readTree(join(room.folder.path, 'back'))).toEqual(await readTree(source))
  })

  it('s3fs-fuse writes, reads, renames and lists as a folder', async (context) => {
    await requireCommand(context, 's3fs')
    const bucket = await newBucket()
    const [mount, passwords] = [join(room.folder.path, 'mount'), join(room.folder.path, 'passwords')]
    await mkdir(mount)
    const { accessKeyId, secretAccessKey } = room.server.credentials
    await writeFile(passwords, `${accessKeyId}:${secretAccessKey}`, { mode: 0o600 })
    const settings = `passwd_file=${passwords},url=${room.server.url},use_path_request_style,endpoint=us-east-1`
    await run('s3fs', [bucket, mount, '-o', settings])
    try {
      const content = contentOf('s3fs-fuse', LARGE_BYTES)
      await mkdir(join(mount, 'ä folder'))
      await writeFile(join(mount, 'ä folder', 'large'), content)
      expect((await readFile(join(mount, 'ä folder', 'large'))).equals(content)).toBe(true)
      await rename(join(mount, 'ä folder', 'large'), join(mount, 'moved'))
      expect((await getObject(room.server, bucket, 'moved')).body.equals(content)).toBe(true)
    } finally {
      await run('fusermount', ['-u', mount])
    }
  })
})
