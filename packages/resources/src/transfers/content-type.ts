import { isPlain } from '../check-parameters.ts'

/**
 * The input with the media type that S3 gives an object of none. The SDK for JavaScript would name another with a body,
 * and none with an upload in parts; as with boto3, how an object was sent does not show.
 */
export function withContentType<Input extends { ContentType?: string | undefined }>(input: Input): Input {
  // What is no set of parameters is refused where it is sent.
  if (!isPlain(input)) return input
  return { ...input, ContentType: input.ContentType ?? 'binary/octet-stream' }
}
