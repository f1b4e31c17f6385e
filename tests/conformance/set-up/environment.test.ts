import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts'

let folder: TemporaryDirectory
beforeEach(async () => {
  folder = await temporaryDirectory()
})
afterEach(() => folder[Symbol.asyncDispose]())

async function bucketsOf(server: ServerProcess): Promise<(string | undefined)[]> {
  const client = s3Client(server)
  const { Buckets = [] } = await client.send(new ListBucketsCommand())
  client.destroy()
  return Buckets.map(({ Name }) => Name)
}

const WITHIN = { timeout: 60_000 }

it('HOLDFAST_BUCKETS adds buckets to those of the config; unknown variables are named', WITHIN, async () => {
  await using server = await startServerProcess({
    arguments: ['--workers', '2'],
    config: { buckets: ['from-config', { name: 'both' }] },
    environment: { HOLDFAST_BUCKETS: 'both, from-environment', HOLDFAST_BUCKET: 'x' },
  })
  expect(await bucketsOf(server)).toEqual(['both', 'from-config', 'from-environment'])
  await expect.poll(() => server.output()).toContain('"variables":["HOLDFAST_BUCKET"]')
})

it('HOLDFAST_CONFIG is the config where no file is named, and a mistake beside one', WITHIN, async () => {
  const config = {
    accounts: [mainAccount],
    buckets: [{ name: 'bucket', objects: [{ Key: 'a', Body: 'b' }] }],
  }
  const environment = { HOLDFAST_CONFIG: JSON.stringify(config) }
  await expect(startServerProcess({ environment })).rejects.toThrow(
    /The environment has a mistake:\n {2}HOLDFAST_CONFIG: is there beside --config/,
  )
  await using server = await startServerProcess({ environment, config: 'none' })
  expect(await bucketsOf(server)).toEqual(['bucket'])
})

it(
  'scripts run once the server is ready, in order, by any shell, and those that fail are told',
  WITHIN,
  async () => {
    const scripts = join(folder.path, 'scripts')
    const notes = join(folder.path, 'notes')
    await mkdir(join(scripts, 'folder'), { recursive: true })
    const client = `import { S3Client, CreateBucketCommand, PutObjectCommand } from '${import.meta.resolve('@aws-sdk/client-s3')}'
    const s3 = new S3Client({ forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket: 'by-script' }))
    await s3.send(new PutObjectCommand({ Bucket: 'by-script', Key: 'a', Body: 'b' }))
    console.log('made a bucket')`
    const files = {
      '10-first.sh': `echo first >> ${notes}; env | grep -c HOLDFAST_ >> ${notes}; exit 3`,
      '20-second': `#!/usr/bin/env -S sh -e\necho second >> ${notes}; echo $AWS_REGION >> ${notes}`,
      '30-third.mjs': client,
      'README.md': 'not a script',
      '.hidden.sh': `echo hidden >> ${notes}`,
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(scripts, name), text)
    await using server = await startServerProcess({
      arguments: ['--workers', '2', '--ready-scripts', scripts],
      environment: { HOLDFAST_LOG_LEVEL: 'info' },
    })
    await expect
      .poll(() => server.output(), { timeout: 30_000 })
      .toContain('"msg":"the ready scripts have run"')
    expect(await readFile(notes, 'utf8')).toBe('first\n0\nsecond\nus-east-1\n')
    const output = server.output()
    expect(output).toContain('"script":"10-first.sh","failure":"exit code 3","msg":"a ready script failed"')
    expect(output).toContain('"script":"30-third.mjs","msg":"made a bucket"')
    expect(output).toContain('"script":"README.md","msg":"not run: ')
    expect(output).toContain('"scripts":5,"failed":1')
    const s3 = s3Client(server)
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'by-script' }))
    expect(Contents.map(({ Key }) => Key)).toEqual(['a'])
    s3.destroy()
  },
)
