import type { ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import { endsWithin } from '../base/ends-within.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { written } from './write-response.ts'

/** How long an operation may take before its answer begins, and between two spaces then. */
const PATIENCE_MILLISECONDS = 10_000

const XML_DECLARATION = /^<\?xml[^>]*\?>\s*/

/**
 * Keeps a connection alive while a long operation works: after a while the answer begins with status 200, the XML
 * declaration and white space, and the result or an error document follows. Resolves to `undefined` when it has been
 * sent this way, otherwise to the answer, which is still to be sent. Source: S3 API Reference, CopyObject and
 * CompleteMultipartUpload: "a 200 OK response can contain either a success or an error".
 */
export async function answerEarly(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  work: Promise<EncodedResponse>,
  documentOfError: (error: unknown) => string,
): Promise<EncodedResponse | undefined> {
  const settled = work.then(
    () => true,
    () => true,
  )
  const isSlow = async (): Promise<boolean> => !(await endsWithin(PATIENCE_MILLISECONDS, clock, settled))
  if (!(await isSlow())) return await work
  response.writeHead(200, { ...headers, 'Content-Type': 'application/xml' })
  await written(response, '<?xml version="1.0" encoding="UTF-8"?>\n')
  while (await isSlow()) await written(response, ' ')
  const document = await work.then(textOf, documentOfError)
  response.end(document.replace(XML_DECLARATION, ''))
  return undefined
}

function textOf({ body }: EncodedResponse): string {
  return typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body).toString() : ''
}
