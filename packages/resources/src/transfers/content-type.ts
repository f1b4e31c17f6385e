import { isPlain } from '../check-parameters.ts'

/**
 * The input with the media type that S3 gives an object of none. The SDK for JavaScript would name another with a body,
 * and none with an upload in parts; as with boto3, how an object was sent does not show.
 */
export function withContentType<Input extends { ContentType?: string | undefined }>(input: Input): Input {
  // What is no set of parameters is refused where it is sent.
  if (!isPlain(input)) return input
  return { ...input, ContentType: input.ContentType || 'binary/octet-stream' }
}

/** The input of a PutObject, with a body: of one without, or with an empty text, the SDK warns that its length is not known. */
export function withBody<Input extends { Body?: unknown; ContentType?: string | undefined }>(
  input: Input,
): Input {
  if (!isPlain(input)) return input
  const { Body = '' } = input
  return withContentType({ ...input, Body: Body === '' ? new Uint8Array() : Body })
}
