import type { RequestListener } from 'node:http'
import type { Answer } from './floor.ts'

/** Answers every GET with the same bytes, and every HEAD with their headers. */
export function memoryFloor({ headers, bodyBase64 }: Answer): RequestListener {
  const body = Buffer.from(bodyBase64, 'base64')
  const raw = [...headers]
  return (request, response) => {
    response.writeHead(200, raw)
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}
