import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { Bucket, type Progress } from '../../packages/resources/src/index.ts'
import { sha256OfFile, writeContentFile } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MEBIBYTE = 1024 * 1024
const partSizeBytes = 8 * MEBIBYTE
const concurrency = 10

export interface TransferSpeeds {
  readonly libStorageUp: number
  readonly up: number
  readonly singleGetDown: number
  readonly down: number
}

/** Bytes a second of each way, the best of several rounds that take turns. */
export async function measureTransfers(sizeBytes: number, rounds: number): Promise<TransferSpeeds> {
  await using folder = await temporaryDirectory()
  await using server = await startServerProcess()
  const client = s3Client(server)
  const bucket = new Bucket('speed', client)
  await bucket.create()
  const source = join(folder.path, 'source')
  const sha256 = await writeContentFile(source, 'speed', sizeBytes)
  const target = join(folder.path, 'target')
  let progressBytes = 0
  const onProgress = (progress: Progress) => (progressBytes = progress.transferredBytes)
  const options = { partSizeBytes, concurrency, onProgress }
  const best = { libStorageUp: 0, up: 0, singleGetDown: 0, down: 0 }

  for (let round = 0; round < rounds; round++) {
    await time('libStorageUp', () => {
      const params = { Bucket: bucket.name, Key: 'lib', Body: createReadStream(source) }
      return new Upload({ client, params, partSize: partSizeBytes, queueSize: concurrency }).done()
    })
    await time('up', () => bucket.uploadFile(source, 'own', {}, options))
    await time('singleGetDown', async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key: 'own' }))
      await pipeline(Body as Readable, createWriteStream(target))
    })
    await rm(target)
    await time('down', () => bucket.downloadFile('own', target, {}, options))
    if (progressBytes !== sizeBytes) throw new Error(`The progress ended at ${progressBytes} bytes`)
    if ((await sha256OfFile(target)) !== sha256) throw new Error('What came down is not what went up')
  }
  client.destroy()
  return best

  async function time(way: keyof TransferSpeeds, transfer: () => Promise<unknown>): Promise<void> {
    const start = performance.now()
    await transfer()
    best[way] = Math.max(best[way], sizeBytes / ((performance.now() - start) / 1000))
  }
}
