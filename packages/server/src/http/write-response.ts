import type { ServerResponse } from 'node:http'
import type { ResponseBody } from '../model/body.ts'
import type { EncodedResponse } from '../protocol/encode.ts'

/** Sends an answer. Rejects when the client goes away or the body fails after the head has gone out. */
export async function writeResponse(
  response: ServerResponse,
  encoded: EncodedResponse,
  isHead: boolean,
): Promise<void> {
  const { status, headers, body } = encoded
  const whole = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
  if (whole === undefined || whole instanceof Uint8Array || isHead) {
    // Without it Node would choose chunks. An empty answer has a length too, where HTTP lets it have one.
    const lengthBytes = whole instanceof Uint8Array ? whole.length : 0
    const needsLength = status >= 200 && status !== 204 && status !== 304 && !('Content-Length' in headers)
    if (needsLength && !isHead) headers['Content-Length'] = String(lengthBytes)
    response.writeHead(status, headers)
    response.end(isHead ? undefined : whole)
    return
  }
  response.writeHead(status, headers)
  await writeStream(response, whole)
}

async function writeStream(
  response: ServerResponse,
  body: Exclude<ResponseBody, string | Uint8Array>,
): Promise<void> {
  for await (const chunk of body) await written(response, chunk)
  response.end()
}

/** Resolves when the bytes have left: the source may reuse its buffer then. */
export function written(response: ServerResponse, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) return reject(new Error('the client went away'))
    const gone = (): void => reject(new Error('the client went away'))
    response.once('close', gone)
    response.write(chunk, (error) => {
      response.removeListener('close', gone)
      if (error) reject(error)
      else resolve()
    })
  })
}
