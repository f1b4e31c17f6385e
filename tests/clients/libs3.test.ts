import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBucket, getObject, listKeys } from '../support/buckets.ts'
import { sha256OfFile, writeContentFile } from '../support/content.ts'
import { requireCommand } from '../support/require-command.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { clientRoom } from './client-room.ts'

const room = clientRoom((context) => requireCommand(context, 's3'))

/** The program of libs3, which in Debian's version signs with Version 2 alone. */
function s3(...words: string[]): Promise<CommandResult> {
  return runCommand('s3', ['-u', ...words], {
    directory: room.folder.path,
    environment: {
      S3_HOSTNAME: `127.0.0.1:${room.server.port}`,
      S3_ACCESS_KEY_ID: room.server.credentials.accessKeyId,
      S3_SECRET_ACCESS_KEY: room.server.credentials.secretAccessKey,
      ...(process.env['LD_LIBRARY_PATH'] && { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] }),
    },
  })
}

describe('libs3', { timeout: clientTimeoutMilliseconds }, () => {
  it('makes a bucket, puts, lists, gets, copies, deletes', async () => {
    await s3('create', 'libs3-everyday')
    const sent = await writeContentFile(join(room.folder.path, 'up'), 'libs3', 100_000)
    await s3('put', 'libs3-everyday/dir/a-word', 'filename=up', 'contentType=text/x', 'x-amz-meta-a=b')
    expect((await s3('list')).text).toContain('libs3-everyday')
    expect((await s3('list', 'libs3-everyday', 'prefix=dir/')).text).toContain('dir/a-word')
    await s3('get', 'libs3-everyday/dir/a-word', 'filename=down')
    expect(await sha256OfFile(join(room.folder.path, 'down'))).toBe(sent)
    const { headers } = await getObject(room.server, 'libs3-everyday', 'dir/a-word')
    expect([headers['content-type'], headers['x-amz-meta-a']]).toEqual(['text/x', 'b'])
    await s3('copy', 'libs3-everyday/dir/a-word', 'libs3-everyday/copy')
    expect((await s3('head', 'libs3-everyday/copy')).text).toContain('100000')
    await s3('getacl', 'libs3-everyday/copy', 'filename=acl')
    await s3('delete', 'libs3-everyday/copy')
    expect(await listKeys(room.server, 'libs3-everyday')).toEqual(['dir/a-word'])
  })

  it('signs URLs', async () => {
    const bucket = await createBucket(room.server, 'libs3-urls')
    await writeContentFile(join(room.folder.path, 'up'), 'libs3 url', 1000)
    await s3('put', `${bucket}/signed`, 'filename=up')
    const expires = new Date(Date.now() + 60_000).toISOString().slice(0, 19)
    const { text } = await s3('gqs', `${bucket}/signed`, `expires=${expires}`)
    expect(text).toContain('AWSAccessKeyId=')
    const answer = await fetch(text.trim())
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 1000])
  })
})
