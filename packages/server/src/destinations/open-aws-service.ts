import type { ServiceConfig } from '../config/destination-config.ts'
import { readCertificateAuthority, readRemoteCredentials } from '../config/remote-credentials.ts'
import { HttpClient } from '../http/http-client.ts'
import { publicLookup } from '../http/public-lookup.ts'
import { mayBePrivate } from '../http/webhook-sender.ts'
import { ANSWER_MILLISECONDS } from '../http/within-deadline.ts'
import type { EventSender } from '../s3/shared/announcing/event-sender.ts'
import { AwsServiceSender } from './aws-service-sender.ts'
import { INVOCATION_MILLISECONDS } from './invocable.ts'
import type { OpeningDestination } from './opening-destination.ts'

/** As many as a worker of events sends at once. */
const MOST_CONNECTIONS = 8
/** Beside them: of several jobs. */
const MOST_INVOCATIONS = 64

/** A queue, topic or function behind the API of its service. */
export async function openAwsService(
  service: ServiceConfig,
  { config, setting, dataDirectory, disk, clock, resources }: OpeningDestination,
): Promise<EventSender> {
  const { arn = config.arn, privateAddresses } = service
  const [, , name = '', ofArn = ''] = arn.split(':')
  const region = service.region ?? ofArn
  const origin = serviceEndpoint(config.arn, service)
  const isFunction = name === 'lambda'
  const named = { setting, access: service }
  const client = resources.use(
    new HttpClient({
      origin,
      mostConnections: isFunction ? MOST_CONNECTIONS + MOST_INVOCATIONS : MOST_CONNECTIONS,
      certificateAuthority: await readCertificateAuthority(disk, named, dataDirectory),
      lookup: mayBePrivate({ url: origin, privateAddresses }) ? undefined : publicLookup(),
      idleMilliseconds: isFunction ? INVOCATION_MILLISECONDS : ANSWER_MILLISECONDS,
    }),
  )
  const signer = await readRemoteCredentials(disk, named, dataDirectory)
  return new AwsServiceSender({ arn, service: name, client, origin, signer, region, clock })
}

/** Where the service is: of the config, or Amazon's own. Source: AWS General Reference, "AWS service endpoints". */
export function serviceEndpoint(
  destination: string,
  { arn = destination, endpoint, region }: ServiceConfig,
): URL {
  if (endpoint !== undefined) return new URL(endpoint)
  const [, partition, name, ofArn] = arn.split(':')
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(`https://${name}.${region ?? ofArn}.${suffix}`)
}
