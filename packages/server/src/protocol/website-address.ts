import { withoutDot } from './address.ts'

/** Under which host names websites are served. */
export interface WebsiteHosts {
  readonly region: string
  /** What stands behind `<bucket>.s3-website-<region>.`; `localhost` always may. */
  readonly domains: readonly string[]
  /** Buckets by host names of their own, in lower case. */
  readonly named: ReadonlyMap<string, string>
}

/** The website that a host names. */
export interface WebsiteAddress {
  /** Absent where the host is the endpoint itself. */
  readonly bucket: string | undefined
  /** As it was sent, with its port; may stand in a URL as it is. */
  readonly host: string
  /** The host names a region that this is not. */
  readonly isElsewhere: boolean
}

const MENTIONS_WEBSITE = /s3-website/i
/** A name of letters that need no escaping in a URL: whatever else stands in the header is no address of a website. */
const HOST = /^([\w.-]+)(?::\d{1,5})?$/
const ENDPOINT = /^(?:(.+)\.)?s3-website(?:[.-]([a-z0-9-]+))?$/

/**
 * The website that a request's host names, `undefined` for all other requests: `<bucket>.s3-website-<region>.<domain>`,
 * `<bucket>.s3-website.<region>.<domain>` or, in short, `<bucket>.s3-website.<domain>`, or a host name of its own. Source:
 * S3 User Guide, "Website endpoints".
 */
export function websiteOf(host: string | undefined, hosts: WebsiteHosts): WebsiteAddress | undefined {
  if (host === undefined) return undefined
  // Every request comes by here: nearly all of them have been told apart by this line.
  const mentionsWebsite = MENTIONS_WEBSITE.test(host)
  if (!mentionsWebsite && hosts.named.size === 0) return undefined
  const sent = HOST.exec(host)?.[1]
  if (sent === undefined) return undefined
  const name = withoutDot(sent).toLowerCase()
  const bucket = hosts.named.get(name)
  if (bucket !== undefined) return { bucket, host, isElsewhere: false }
  if (!mentionsWebsite) return undefined
  const found = [...hosts.domains, 'localhost'].flatMap((domain) => endpointOf(name, domain) ?? [])
  const here = found.find(({ region }) => region === undefined || region === hosts.region)
  const chosen = here ?? found[0]
  return chosen && { bucket: chosen.bucket, host, isElsewhere: !here }
}

function endpointOf(name: string, domain: string) {
  const end = `.${domain.toLowerCase()}`
  const match = name.endsWith(end) ? ENDPOINT.exec(name.slice(0, -end.length)) : null
  return match ? { bucket: match[1], region: match[2] } : undefined
}
