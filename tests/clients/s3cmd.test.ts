import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awkwardFileNames } from '../support/awkward-keys.ts'
import { createBucket, getObject, listKeys, putObject, sortedAsKeys } from '../support/buckets.ts'
import { contentOf, sha256OfFile, writeContentFile } from '../support/content.ts'
import { manyPaths, readTree, writeTree } from '../support/file-tree.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { runPythonProgram } from './run-python-program.ts'

let server: ServerProcess
let folder: TemporaryDirectory

beforeAll(async () => {
  // s3cmd copies the ACL along with an object, which a bucket without ACLs refuses, on S3 too.
  server = await startServerProcess({ config: { newBuckets: { objectOwnership: 'BucketOwnerPreferred' } } })
  return () => server[Symbol.asyncDispose]()
})
beforeEach(async (context) => {
  await requireCommand(context, 's3cmd')
  folder = await temporaryDirectory()
  await writeFile(join(folder.path, 's3cfg'), configuration())
  return () => folder[Symbol.asyncDispose]()
})

/** A bucket host without `%(bucket)s` means path style. */
function configuration(): string {
  const host = `127.0.0.1:${server.port}`
  const settings = {
    access_key: server.credentials.accessKeyId,
    secret_key: server.credentials.secretAccessKey,
    bucket_location: 'us-east-1',
    host_base: host,
    host_bucket: host,
    use_https: 'False',
    signature_v2: 'False',
    multipart_chunk_size_mb: '5',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  return `[default]\n${lines.join('')}`
}

function s3cmd(...words: string[]): Promise<CommandResult> {
  return runPythonProgram({ name: 's3cmd', module: 'S3.S3' }, ['-c', 's3cfg', '--no-progress', ...words], {
    directory: folder.path,
    environment: { HOME: folder.path },
  })
}

describe('s3cmd', { timeout: clientTimeoutMilliseconds }, () => {
  it('makes a bucket, puts, lists, gets, copies, moves, deletes', async () => {
    await s3cmd('mb', 's3://s3cmd-everyday')
    const sent = await writeContentFile(join(folder.path, 'up'), 's3cmd', 100_000)
    await s3cmd('put', 'up', 's3://s3cmd-everyday/dir/two words + ünïcode')
    expect((await s3cmd('ls')).text).toContain('s3://s3cmd-everyday')
    const listed = await s3cmd('ls', 's3://s3cmd-everyday/dir/')
    expect(listed.text).toMatch(/ 100000 +s3:\/\/s3cmd-everyday\/dir\/two words \+ ünïcode\n$/)
    await s3cmd('get', 's3://s3cmd-everyday/dir/two words + ünïcode', 'down')
    expect(await sha256OfFile(join(folder.path, 'down'))).toBe(sent)

    await s3cmd('cp', 's3://s3cmd-everyday/dir/two words + ünïcode', 's3://s3cmd-everyday/copy')
    await s3cmd('mv', 's3://s3cmd-everyday/copy', 's3://s3cmd-everyday/moved')
    expect(await listKeys(server, 's3cmd-everyday')).toEqual(['dir/two words + ünïcode', 'moved'])
    await s3cmd('del', 's3://s3cmd-everyday/moved')
    await s3cmd('del', '--recursive', '--force', 's3://s3cmd-everyday/dir/')
    await s3cmd('rb', 's3://s3cmd-everyday')
    expect((await rawRequest(server, { method: 'HEAD', path: '/s3cmd-everyday' })).status).toBe(404)
  })

  it('puts in parts', async () => {
    const bucket = await createBucket(server, 's3cmd-parts')
    const sent = await writeContentFile(join(folder.path, 'up'), 's3cmd parts', 16_000_000)
    await s3cmd('put', 'up', `s3://${bucket}/large`)
    const head = await rawRequest(server, { method: 'HEAD', path: `/${bucket}/large` })
    expect(head.headers['etag']).toMatch(/-4"$/)
    await s3cmd('get', `s3://${bucket}/large`, 'down')
    expect(await sha256OfFile(join(folder.path, 'down'))).toBe(sent)
  })

  it('puts from standard input and gets to standard output', async () => {
    const bucket = await createBucket(server, 's3cmd-streams')
    const input = contentOf('s3cmd stream', 6_000_000)
    const words = ['-c', 's3cfg', '--no-progress', 'put', '-', `s3://${bucket}/piped`]
    await runCommand('s3cmd', words, { directory: folder.path, environment: { HOME: folder.path }, input })
    expect((await getObject(server, bucket, 'piped')).body.equals(input)).toBe(true)
    const { stdout } = await s3cmd('get', `s3://${bucket}/piped`, '-')
    expect(stdout.equals(input)).toBe(true)
  })

  it('syncs a tree both ways', async () => {
    const bucket = await createBucket(server, 's3cmd-sync')
    const tree = await writeTree(join(folder.path, 'tree'), [...manyPaths(100), ...awkwardFileNames])
    await s3cmd('sync', 'tree/', `s3://${bucket}/`)
    expect(await listKeys(server, bucket)).toEqual(sortedAsKeys(tree.keys()))
    expect((await s3cmd('sync', '--dry-run', 'tree/', `s3://${bucket}/`)).text).not.toContain('upload:')
    await s3cmd('sync', `s3://${bucket}/`, 'back/')
    expect(await readTree(join(folder.path, 'back'))).toEqual(tree)

    await rm(join(folder.path, 'tree', '100%'))
    await s3cmd('sync', '--delete-removed', 'tree/', `s3://${bucket}/`)
    expect(await listKeys(server, bucket)).not.toContain('100%')
  })

  it('makes a website', async () => {
    const bucket = await createBucket(server, 's3cmd-website')
    await s3cmd('ws-create', '--ws-index', 'home.html', '--ws-error', 'error.html', `s3://${bucket}`)
    const info = await s3cmd('ws-info', `s3://${bucket}`)
    expect(info.text).toMatch(/Index document: *home\.html/)
    expect(info.text).toMatch(/Error document: *error\.html/)
    await s3cmd('ws-delete', `s3://${bucket}`)
    const { status } = await rawRequest(server, { path: `/${bucket}`, query: 'website=' })
    expect(status).toBe(404)
  })

  it.runIf(isLarge)('does all of it with Signature Version 2', async () => {
    const two = (...words: string[]): Promise<CommandResult> => s3cmd('--signature-v2', ...words)
    const bucket = 's3://s3cmd-signature-v2'
    await two('mb', bucket)
    const sent = await writeContentFile(join(folder.path, 'up'), 's3cmd of old', 6_000_000)
    await two('put', '--acl-private', '--add-header=x-amz-meta-a:b', 'up', `${bucket}/two words + ünïcode`)
    await two('get', `${bucket}/two words + ünïcode`, 'down')
    expect(await sha256OfFile(join(folder.path, 'down'))).toBe(sent)
    await two('cp', `${bucket}/two words + ünïcode`, `${bucket}/copy`)
    await two('setacl', '--acl-private', `${bucket}/copy`)
    expect((await two('info', `${bucket}/copy`)).text).toContain('6000000')
    expect((await two('ls', bucket)).text.match(/6000000/g)).toHaveLength(2)
    const tree = await writeTree(join(folder.path, 'tree'), awkwardFileNames)
    await two('sync', 'tree/', `${bucket}/tree/`)
    await two('sync', `${bucket}/tree/`, 'back/')
    expect(await readTree(join(folder.path, 'back'))).toEqual(tree)
    const { text: url } = await two('signurl', `${bucket}/copy`, '+60')
    expect(url).toContain('AWSAccessKeyId=')
    const answer = await fetch(url.trim().replace(/^https?:\/\/[^/]*/, server.url))
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 6_000_000])
    await two('del', '--recursive', '--force', bucket)
    await two('rb', bucket)
  })

  it('gets what others put', async () => {
    const bucket = await createBucket(server, 's3cmd-foreign')
    const body = contentOf('foreign', 50_000)
    await putObject(server, bucket, 'a&b=c', body)
    const { stdout } = await s3cmd('get', `s3://${bucket}/a&b=c`, '-')
    expect(stdout.equals(body)).toBe(true)
  })
})
