import { open } from 'node:fs/promises'
import type { RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { collect } from './collect.ts'
import type { RawHeaders } from './floor.ts'

const LOG_BYTES = 1_073_741_824

/** Stores every PUT with one write and one fdatasync behind the one before, in one file that has its size already. */
export async function logFloor(directory: string, headers: RawHeaders): Promise<RequestListener> {
  const file = await open(join(directory, 'log'), 'w')
  await file.truncate(LOG_BYTES)
  const raw = [...headers]
  let position = 0
  const store = async (body: Buffer, response: ServerResponse): Promise<void> => {
    const at = position
    position = (position + body.length) % (LOG_BYTES - body.length)
    await file.write(body, 0, body.length, at)
    await file.datasync()
    response.writeHead(200, raw)
    response.end()
  }
  return (request, response) => collect(request, (body) => void store(body, response))
}
