import { administrationOperations } from '../administration/administration-operations.ts'
import type { Conditions } from '../base/conditions.ts'
import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import { websiteOf, type WebsiteHosts } from '../protocol/website-address.ts'
import type { AddressLink } from './address-link.ts'
import { CONSOLE_PATH } from './console-files.ts'
import type { Door } from './door.ts'
import { answerHealth, isHealthRequest } from './health.ts'
import { METRICS_PATH, type MetricsEndpoint } from './metrics-endpoint.ts'

export interface S3DoorSetting {
  readonly domains: readonly string[]
  readonly websites: WebsiteHosts
  /** What `/-/ready` tells. */
  readonly conditions: Conditions
  /** Absent where they are told elsewhere. */
  readonly metricsEndpoint?: MetricsEndpoint | undefined
  /** Where browsers are sent; absent: nowhere. */
  readonly consoleLink?: AddressLink | undefined
}

/** S3's own address: health, metrics, and the way to the console for a browser that comes by. */
export function s3Door(setting: S3DoorSetting): Door {
  const { domains, websites, conditions, metricsEndpoint, consoleLink } = setting
  return {
    headerSignedOnly: false,
    answer(head, connection, isDraining) {
      if (isHealthRequest(head, domains)) {
        // Asked for with a signature, which this door knows nothing of.
        if (administrationOperations.has(head.path)) return undefined
        if (isWebsite(head.headers['host'], websites)) return undefined
        if (head.path === METRICS_PATH && metricsEndpoint)
          return metricsEndpoint.answer(head.headers['authorization'])
        return answerHealth(head, conditions, isDraining)
      }
      if (!consoleLink?.isServed || !isForPeople(head)) return undefined
      const host = head.headers['host']
      if (isWebsite(host, websites) || bucketOfHost(host, domains) !== undefined) return undefined
      const url = consoleLink.urlFor(host, connection?.localAddress)
      return url === undefined
        ? undefined
        : { status: 302, headers: { Location: `${url}${CONSOLE_PATH}` }, body: '' }
    },
  }
}

/** Whether a person in a browser asks for what is here: clients that want S3 sign, or want no HTML. */
function isForPeople({ method, path, query, headers }: RequestHead): boolean {
  if (path !== '/' || query !== '' || headers['authorization'] !== undefined) return false
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers['accept'] ?? '')
}

function isWebsite(host: string | undefined, websites: WebsiteHosts): boolean {
  return websiteOf(host, websites) !== undefined
}
