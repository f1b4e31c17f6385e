import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Bucket } from '@holdfast/resources'
import { expect, it } from 'vitest'
import { awsEnvironment } from '../clients/aws-environment.ts'
import { sha256OfFile, writeContentFile } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const script = fileURLToPath(new URL('upload-until-killed.ts', import.meta.url))
const PART_BYTES = 5 * 1024 * 1024
const PARTS = 12

it('an upload whose process is killed goes on without sending finished parts again', async () => {
  await using folder = await temporaryDirectory()
  await using server = await startServerProcess()
  const client = s3Client(server)
  const bucket = new Bucket('killed', client)
  await bucket.create()
  const source = join(folder.path, 'source')
  const resume = join(folder.path, 'record')
  const sha256 = await writeContentFile(source, 'killed', PARTS * PART_BYTES)

  const child = spawn(process.execPath, [script, server.url, source, resume, String(PART_BYTES)], {
    env: { PATH: process.env['PATH'], ...awsEnvironment(server, folder.path) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let finishedBytes = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'done') break
    finishedBytes = Number(line)
    if (finishedBytes >= 4 * PART_BYTES) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')

  const sent: (number | undefined)[] = []
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'UploadPartCommand') {
        sent.push((args.input as { PartNumber?: number }).PartNumber)
      }
      return next(args)
    },
    { step: 'initialize' },
  )
  const progress: number[] = []
  await bucket.uploadFile(
    source,
    'big',
    {},
    {
      resume,
      partSizeBytes: PART_BYTES,
      onProgress: ({ transferredBytes }) => progress.push(transferredBytes),
    },
  )
  // What was told of as finished was written down before.
  expect(sent.length).toBeLessThanOrEqual(PARTS - finishedBytes / PART_BYTES)
  expect(sent.length).toBeGreaterThan(0)
  expect(progress.at(-1)).toBe(PARTS * PART_BYTES)
  const target = join(folder.path, 'target')
  await bucket.downloadFile('big', target)
  expect(await sha256OfFile(target)).toBe(sha256)
  await expect(stat(resume)).rejects.toThrow('ENOENT')
  client.destroy()
}, 60_000)
