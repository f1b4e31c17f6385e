import { createHash } from 'node:crypto'
import { open, readdir, unlink } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { RawHeaders } from './floor.ts'

const BATCH_BYTES = 1_048_576

/**
 * Stores every PUT as a file of its own, with the MD5 that S3's ETag needs, answered after fdatasync. A batch is
 * written while the next one is received and digested. DELETE removes all files; POST answers an upload's id,
 * so that a multipart upload can run against the floor as it does against S3.
 */
export function filesFloor(directory: string, headers: RawHeaders): RequestListener {
  const raw = [...headers]
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'PUT')
      await store(request, join(directory, encodeURIComponent(partOf(request.url ?? ''))))
    if (request.method === 'DELETE')
      for (const name of await readdir(directory)) await unlink(join(directory, name))
    response.writeHead(200, request.method === 'PUT' ? raw : [])
    response.end(request.method === 'POST' ? '<UploadId>floor</UploadId>' : undefined)
  }
  return (request, response) => void answer(request, response)
}

function partOf(target: string): string {
  const url = new URL(target, 'http://floor')
  return `${url.pathname}#${url.searchParams.get('partNumber') ?? ''}`
}

async function store(request: IncomingMessage, path: string): Promise<string> {
  const file = await open(path, 'w')
  const md5 = createHash('md5')
  let batch: Buffer[] = []
  let batchBytes = 0
  let written: Promise<unknown> = Promise.resolve()
  for await (const chunk of request as AsyncIterable<Buffer>) {
    md5.update(chunk)
    batch.push(chunk)
    batchBytes += chunk.length
    if (batchBytes < BATCH_BYTES) continue
    await written
    written = file.writev(batch)
    batch = []
    batchBytes = 0
  }
  await written
  await file.writev(batch)
  await file.datasync()
  await file.close()
  return md5.digest('hex')
}
