import { randomFillSync } from 'node:crypto'
import { open, writeFile, type FileHandle } from 'node:fs/promises'
import type { RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { RawHeaders } from './floor.ts'

const BUFFER_BYTES = 524_288

type Pair = [Buffer, Buffer]

/**
 * The fastest way found to send a file with bare node:http: each answer reads into two buffers by turns, one being
 * filled while the socket empties the other, and the buffers go back to a pool.
 */
export async function fileFloor(
  directory: string,
  sizeBytes: number,
  headers: RawHeaders,
): Promise<RequestListener> {
  const path = join(directory, 'file')
  await writeFile(path, randomFillSync(Buffer.allocUnsafe(sizeBytes)))
  const raw = [...headers]
  const pool: Pair[] = []
  const answer = async (response: ServerResponse): Promise<void> => {
    const pair = pool.pop() ?? [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)]
    const file = await open(path, 'r')
    try {
      response.writeHead(200, raw)
      await send(file, pair, response)
      response.end()
    } finally {
      await file.close()
      pool.push(pair)
    }
  }
  return (request, response) => {
    if (request.method === 'GET') void answer(response)
    else response.writeHead(200, request.method === 'HEAD' ? raw : []).end()
  }
}

async function send(file: FileHandle, [first, second]: Pair, response: ServerResponse): Promise<void> {
  let filling = first
  let emptying = second
  let sent: Promise<void> = Promise.resolve()
  while (true) {
    const { bytesRead } = await file.read(filling, 0, filling.length)
    await sent
    if (bytesRead === 0) return
    const bytes = filling.subarray(0, bytesRead)
    sent = new Promise((resolve) => response.write(bytes, () => resolve()))
    ;[filling, emptying] = [emptying, filling]
  }
}
