import { SignatureFault } from './signature-fault.ts'

/** A credential taken apart: `AKID/20130524/us-east-1/s3/aws4_request`. */
export interface CredentialScope {
  /** The whole credential, the access key id included. */
  readonly credential: string
  readonly accessKeyId: string
  /** `YYYYMMDD` */
  readonly date: string
  readonly region: string
  readonly service: string
  /** What the string to sign names: the credential without the access key id. */
  readonly text: string
}

/** Where a credential stands; S3 words its errors accordingly. */
export type CredentialPlace = 'header' | 'query' | 'form'

/** What this endpoint accepts in a credential. */
export interface Endpoint {
  readonly region: string
  readonly services: readonly string[]
}

/** The token of temporary credentials, which stands under a name of its own where sessions of directory buckets are taken. */
export function sessionTokenOf(
  { services }: Endpoint,
  token: string | undefined,
  directoryToken: string | undefined,
): string | undefined {
  return token ?? (services.includes('s3express') ? directoryToken : undefined)
}

/** Whether two endpoints accept the same, told by the very list of services. */
export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.region === other.region && one.services === other.services
}

/** Reads a credential. Throws the `SignatureFault` of its place where it is malformed or meant for another endpoint. */
export function parseCredential(
  credential: string,
  place: CredentialPlace,
  { region, services }: Endpoint,
): CredentialScope {
  const fault = (reason: string, fields?: Record<string, string>): SignatureFault =>
    credentialFault(place, reason, fields)
  const [accessKeyId, date, ownRegion, service, terminal, ...rest] = credential.split('/')
  if (!accessKeyId || date === undefined || terminal === undefined || rest.length > 0) {
    throw fault('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
  }
  if (!/^\d{8}$/.test(date)) {
    throw fault(
      `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    )
  }
  if (service === undefined || !services.includes(service)) {
    throw fault(`incorrect service "${service}". This endpoint belongs to "${services[0] ?? ''}".`)
  }
  if (terminal !== 'aws4_request') {
    throw fault(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`)
  }
  if (ownRegion === undefined || ownRegion !== region) {
    throw fault(`the region '${ownRegion}' is wrong; expecting '${region}'`, { Region: region })
  }
  const text = credential.slice(accessKeyId.length + 1)
  return { credential, accessKeyId, date, region, service, text }
}

/** The scope that was read last, by how it was written: most requests have that of the one before. */
export class LastScope {
  #text: string | undefined
  #endpoint: Endpoint | undefined
  #scope: CredentialScope | undefined

  /** `read` is asked for any other; where it throws, the one before stays. */
  of(text: string, endpoint: Endpoint, read: () => CredentialScope): CredentialScope {
    const isKnown = text === this.#text && this.#endpoint && isSameEndpoint(endpoint, this.#endpoint)
    if (this.#scope && isKnown) return this.#scope
    const scope = read()
    this.#text = text
    this.#endpoint = endpoint
    this.#scope = scope
    return scope
  }
}

/** Throws unless the credential is of the day of the request. */
export function requireSameDay(scope: CredentialScope, timestamp: string, place: CredentialPlace): void {
  if (timestamp.startsWith(scope.date)) return
  const day = timestamp.slice(0, 8)
  const reason = `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${day}".`
  if (place === 'header') throw credentialFault(place, reason)
  throw new SignatureFault('AuthorizationQueryParametersError', reason)
}

function credentialFault(
  place: CredentialPlace,
  reason: string,
  fields?: Record<string, string>,
): SignatureFault {
  if (place === 'header') {
    return new SignatureFault(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; ${reason}`,
      fields,
    )
  }
  return new SignatureFault(
    'AuthorizationQueryParametersError',
    `Error parsing the X-Amz-Credential parameter; ${reason}`,
    fields,
  )
}
