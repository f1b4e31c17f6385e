import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { formAnswer } from '../protocol/form-answer.ts'
import { formParts } from '../protocol/form-parts.ts'
import { checkFormPolicy, type SizeRange } from '../protocol/form-policy.ts'
import { expandFileName, formRequest } from '../protocol/form-request.ts'
import { bodyOf } from '../model/body.ts'
import { requestBody } from '../protocol/request-body.ts'
import { percentDecode } from '../protocol/percent-decode.ts'
import type { Credential } from '../signature/credential.ts'
import { verifyPostForm } from '../signature/post-form.ts'
import { SignatureFault } from '../signature/signature-fault.ts'
import type { Authentication, VerifyOptions } from '../signature/verify-signature.ts'
import type { Incoming, SignedRequest } from './incoming.ts'

const LARGEST_FILE: SizeRange = { minimum: 0, maximum: 5 * 1024 ** 3 }
/** What may stand around the file: the fields before it, and a few behind that are ignored. */
const MOST_BYTES_AROUND = 1024 ** 2

/** Does what a request asks for and answers it. */
type Answer<Found extends Credential> = (request: SignedRequest<Found>) => Promise<EncodedResponse>

/**
 * Reads a form up to its file, believes who signed it, holds it to its policy, has the PutObject answered that it stands
 * for, and makes the form's answer of that. Source: S3 API Reference, POST Object and "Browser-Based Uploads Using POST
 * (AWS Signature Version 4)".
 */
export async function answerForm<Found extends Credential>(
  request: SignedRequest<Found>,
  options: VerifyOptions<Found>,
  answerPut: Answer<Found>,
): Promise<EncodedResponse> {
  const { incoming, target, authentication } = request
  const { head, source } = incoming
  refuseQuery(head)
  const maxSizeBytes = LARGEST_FILE.maximum + MOST_BYTES_AROUND
  const body = requestBody(head, source, authentication.payload, { maxSizeBytes })
  const parts = await formParts(head.headers['content-type'] ?? '', body.bytes)
  try {
    const fields = expandFileName(parts.fields, parts.fileName)
    const signer = await authenticate(parts.fields, authentication, options)
    const bucket = target.bucket ?? ''
    const { key, head: putHead } = formRequest(head, fields)
    const policy = parts.fields.get('policy')
    const sizes = policy === undefined ? [] : checkFormPolicy(policy, { fields, bucket, now: options.now })
    const bytes = limited(parts.file, [LARGEST_FILE, ...sizes])
    const file = bodyOf(bytes, undefined)
    const put = await answerPut({
      incoming: { ...incoming, head: putHead, file },
      target: { ...target, operation: 'PutObject', key },
      authentication: signer,
    })
    return formAnswer(fields, { bucket, key, url: objectUrl(incoming, key) }, put)
  } finally {
    await parts.release()
  }
}

/** Source: S3 API Reference, "Creating an HTML Form": no query string authentication. */
function refuseQuery({ query }: RequestHead): void {
  const parameter = query.split('&').find((each) => each !== '')
  if (parameter === undefined) return
  const [name = '', ...value] = parameter.split('=')
  const fields = { ArgumentName: percentDecode(name), ArgumentValue: percentDecode(value.join('=')) }
  const message = 'Query String Parameters not allowed on POST requests.'
  throw new S3Error('InvalidArgument', fields, { message })
}

async function authenticate<Found extends Credential>(
  fields: ReadonlyMap<string, string>,
  outer: Authentication<Found>,
  options: VerifyOptions<Found>,
): Promise<Authentication<Found>> {
  const signature = await verifyPostForm(fields, options)
  if (!signature) return outer
  if (outer.kind === 'anonymous') return { ...outer, ...signature, kind: 'signed' }
  throw new SignatureFault(
    'InvalidArgument',
    'Only one auth mechanism allowed; either the Authorization header or the fields of the form should be specified',
  )
}

/** Throws EntityTooLarge as soon as the file is, EntityTooSmall at its end. */
async function* limited(
  file: AsyncIterable<Uint8Array>,
  ranges: readonly SizeRange[],
): AsyncGenerator<Uint8Array> {
  const minimum = Math.max(...ranges.map((range) => range.minimum))
  const maximum = Math.min(...ranges.map((range) => range.maximum))
  let sizeBytes = 0
  for await (const bytes of file) {
    sizeBytes += bytes.length
    if (sizeBytes > maximum) {
      const fields = { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(maximum) }
      throw new S3Error('EntityTooLarge', fields)
    }
    yield bytes
  }
  if (sizeBytes >= minimum) return
  throw new S3Error('EntityTooSmall', { ProposedSize: String(sizeBytes), MinSizeAllowed: String(minimum) })
}

/** As the bucket was addressed. S3 escapes the slashes of the key here. */
function objectUrl({ head, connection }: Incoming, key: string): string {
  const { host } = head.headers
  const origin = host === undefined ? '' : `${connection.isSecure ? 'https' : 'http'}://${host}`
  return `${origin}${head.path.replace(/\/$/, '')}/${encodeURIComponent(key)}`
}
