import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

/** Where a resource sends its requests: a client of the SDK, or the configuration of one. */
export type ClientSource = S3Client | S3ClientConfig

/**
 * The client itself, or a new one made from the configuration. As in boto3, an endpoint of your own is addressed by
 * path (`http://host/bucket/key`) unless `forcePathStyle` says otherwise.
 */
export function clientOf(source: ClientSource): S3Client {
  if (isClient(source)) return source
  return new S3Client({ ...(source.endpoint !== undefined && { forcePathStyle: true }), ...source })
}

// By shape and not by class, so that a second copy of the SDK in a dependency tree does no harm.
function isClient(source: ClientSource): source is S3Client {
  return 'send' in source
}
