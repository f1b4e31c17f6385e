/**
 * The input with the media type that S3 gives an object of none. The SDK for JavaScript would name another with a body,
 * and none with an upload in parts; as with boto3, how an object was sent does not show.
 */
export function withContentType<Input extends { ContentType?: string | undefined }>(input: Input): Input {
  return { ...input, ContentType: input.ContentType ?? 'binary/octet-stream' }
}
