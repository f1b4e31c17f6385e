import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

/** Where a resource sends its requests: a client of the SDK, or the configuration of one. */
export type ClientSource = S3Client | S3ClientConfig

/**
 * The client itself, or a new one made from the configuration. As in boto3, an endpoint of your own is addressed by
 * path (`http://host/bucket/key`) unless `forcePathStyle` says otherwise, and the region is `us-east-1` where neither
 * the configuration nor the environment names one.
 */
export function clientOf(source: ClientSource): S3Client {
  if (isClient(source)) return source
  const client = new S3Client({
    ...source,
    region: source.region ?? regionOf(source),
    forcePathStyle: source.forcePathStyle ?? source.endpoint !== undefined,
  })
  // One that the environment names (`AWS_ENDPOINT_URL`) is known only where a request is to go. ARNs have no path.
  if (source.forcePathStyle === undefined) {
    const { endpointProvider } = client.config
    client.config.endpointProvider = (parameters, context) => {
      const { Endpoint, Bucket } = parameters
      const ForcePathStyle = Endpoint !== undefined && !Bucket?.startsWith('arn:')
      return endpointProvider({ ...parameters, ForcePathStyle }, context)
    }
  }
  return client
}

function regionOf(source: S3ClientConfig): () => Promise<string> {
  let region: Promise<string> | undefined
  // Only a client knows where the SDK looks for regions.
  return () => (region ??= new S3Client(source).config.region().catch(() => 'us-east-1'))
}

// By shape and not by class, so that a second copy of the SDK in a dependency tree does no harm.
function isClient(source: ClientSource): source is S3Client {
  return 'send' in source
}
