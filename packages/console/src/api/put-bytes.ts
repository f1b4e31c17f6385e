import { ApiError, errorOf } from './api-error.ts'
import { inSession } from './in-session.ts'
import { requestUrl, signedHeaders } from './send.ts'
import type { Session } from './session.ts'

export interface PutBytes {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Blob
  readonly onProgress: (sentBytes: number) => void
  readonly signal: AbortSignal
}

/**
 * Sends the bytes of a file, which `fetch` cannot do with progress; resolves to a reader of the answer's headers. They
 * are not hashed: that would have the page read each file, where TLS guards what the browser sends of it.
 */
export function putBytes(put: PutBytes): Promise<(name: string) => string | null> {
  return inSession((session) => putBytesAs(session, put))
}

async function putBytesAs(session: Session, put: PutBytes): Promise<(name: string) => string | null> {
  const { path, query = {}, headers = {}, body, onProgress, signal } = put
  signal.throwIfAborted()
  const request = new XMLHttpRequest()
  request.open('PUT', requestUrl({ path, query }))
  const all = signedHeaders({ method: 'PUT', path, query, headers }, 'UNSIGNED-PAYLOAD', session)
  for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value)
  request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
  const abort = (): void => request.abort()
  signal.addEventListener('abort', abort)
  try {
    await sent(request, body, signal)
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return (name) => request.getResponseHeader(name)
}

function sent(request: XMLHttpRequest, body: Blob, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    request.addEventListener('load', () => {
      const { status, responseText } = request
      if (status >= 200 && status < 300) return resolve()
      const requestId = request.getResponseHeader('x-amz-request-id') ?? undefined
      reject(errorOf({ status, body: responseText, requestId }))
    })
    request.addEventListener('error', () => reject(new ApiError(0, 'NotReached', '')))
    request.addEventListener('abort', () => reject(signal.reason as Error))
    request.send(body)
  })
}
