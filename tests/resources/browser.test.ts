import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { requireCommand } from '../support/require-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { Bucket } from '@holdfast/resources'
import { buildPackage } from './built-package.ts'
import { startPageServer } from './page-server.ts'

const MEBIBYTE = 1024 * 1024

/** What the page does: a File up, with progress, and down again into a file and a stream. */
const page = (credentials: object) => `
import { S3 } from 'package'

const sha256 = async (blob) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())).toHex()

async function downloadEncoded(bucket) {
  const stream = new Blob(['a text '.repeat(1000)]).stream().pipeThrough(new CompressionStream('gzip'))
  const Body = new Uint8Array(await new Response(stream).arrayBuffer())
  await bucket.putObject({ Key: 'encoded', Body, ContentEncoding: 'gzip' })
  const { writable } = new TransformStream()
  return bucket.downloadFileobj('encoded', writable).then(() => 'done', (error) => error.name + error.message)
}

async function run() {
  const s3 = new S3({ endpoint: location.origin, region: 'us-east-1', credentials: ${JSON.stringify(credentials)} })
  const bucket = s3.Bucket('browser')
  await bucket.create()
  const pieces = Array.from({ length: ${12 * 16} }, () => crypto.getRandomValues(new Uint8Array(65536)))
  const file = new File(pieces, 'cat.jpg', { lastModified: 1 })
  const progress = []
  const options = { partSizeBytes: ${5 * MEBIBYTE}, onProgress: ({ transferredBytes }) => progress.push(transferredBytes) }
  await bucket.uploadFile(file, 'cat.jpg', { ContentType: 'image/jpeg' }, options)

  const folder = await navigator.storage.getDirectory()
  const handle = await folder.getFileHandle('cat.jpg', { create: true })
  const { verified } = await bucket.downloadFile('cat.jpg', handle)

  const { readable, writable } = new TransformStream()
  const reading = new Response(readable).blob()
  await bucket.downloadFileobj('cat.jpg', writable)
  await writable.close()

  const keys = []
  for await (const object of bucket.objects) keys.push([object.key, object.size])
  return {
    progress,
    verified,
    keys,
    sent: await sha256(file),
    file: await sha256(await handle.getFile()),
    stream: await sha256(await reading),
    encoded: await downloadEncoded(bucket),
    path: await bucket.uploadFile('/tmp/cat.jpg', 'cat.jpg').catch((error) => error.message),
  }
}

const report = await run().catch((error) => ({ error: String(error), stack: error.stack }))
await fetch('/-/report', { method: 'POST', body: JSON.stringify(report) })
`

it('a browser uploads a File with progress and downloads it', async (context) => {
  await requireCommand(context, 'chromium')
  await using built = await buildPackage()
  await using server = await startTestServer()
  const script = await built.bundle(page(server.credentials), { platform: 'browser', withSdk: true })
  await using pages = await startPageServer(script, server.port)
  await using profile = await temporaryDirectory()
  const chromium = spawn(
    'chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      `--user-data-dir=${profile.path}`,
      `${pages.url}/-/page`,
    ],
    { stdio: 'ignore' },
  )
  try {
    const ended = once(chromium, 'exit').then(() => ({ error: 'the browser ended' }))
    const report = (await Promise.race([pages.report, ended])) as Record<string, unknown>
    expect(report).toMatchObject({
      progress: [5 * MEBIBYTE, 10 * MEBIBYTE, 12 * MEBIBYTE].map(() => expect.any(Number) as number),
      verified: 'CRC32',
      keys: [['cat.jpg', 12 * MEBIBYTE]],
      file: report['sent'],
      stream: report['sent'],
      // Browsers decode it on the way: better nothing than other bytes.
      encoded: expect.not.stringMatching('done') as string,
      path: expect.stringContaining('give a File or a Blob') as string,
    })
    expect((report['progress'] as number[]).at(-1)).toBe(12 * MEBIBYTE)
    const object = await new Bucket('browser', s3Client(server)).Object('cat.jpg').load()
    expect(object).toMatchObject({ contentLength: 12 * MEBIBYTE, contentType: 'image/jpeg' })
  } finally {
    chromium.kill()
    if (chromium.exitCode === null) await once(chromium, 'exit')
  }
}, 90_000)
