import type { PayloadIntegrity } from '../base/payload-integrity.ts'
import type { RequestHead } from '../base/request-head.ts'
import { type Soon, soon } from '../base/soon.ts'
import { parseQuery, type SignedQuery } from './canonical-request.ts'
import { checkSignature } from './check-signature.ts'
import { ChunkSignatures } from './chunk-signatures.ts'
import type { Credential } from './credential.ts'
import { parsePayloadDeclaration } from './payload-declaration.ts'
import { readSignatureClaim } from './read-signature-claim.ts'
import { RequestToSign } from './request-to-sign.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { SignatureFault } from './signature-fault.ts'
import { spacedHex, withoutCustomerKeys } from './signature-mismatch.ts'
import { canonicalPathAsSent } from './uri-encoding.ts'
import { verifyVersionTwo, type VersionTwoOptions } from './verify-version-two.ts'
import { isVersionTwo } from './version-two-claim.ts'

export interface VerifyOptions<Found extends Credential> extends VersionTwoOptions<Found> {
  readonly region: string
  /** The names of this endpoint's services in credentials; `s3` where left out. The first is named in errors. */
  readonly services?: readonly string[] | undefined
}

/** Who signed a request, and what it promised about its body. */
export type Authentication<Found extends Credential = Credential> =
  | { readonly kind: 'anonymous'; readonly payload: PayloadIntegrity }
  | {
      readonly kind: 'signed'
      readonly version: 2 | 4
      readonly form: 'header' | 'query' | 'form'
      readonly accessKeyId: string
      /** What `findCredential` found. */
      readonly credential: Found
      /** Version 2 tells it of no request in a way that counts. */
      readonly signedAtMilliseconds: number | undefined
      readonly payload: PayloadIntegrity
    }

const S3_ONLY = ['s3']

/**
 * Checks the AWS Signature Version 4 of a request, in the header or presigned, or where it is taken its Version 2. Throws
 * `SignatureFault` unless the signature holds, is in time and covers every `x-amz-` header and, in Version 4, the host;
 * a request without any is anonymous. The body is not looked at: it is the reader of the body who holds it to `payload`.
 */
export function verifySignature<Found extends Credential>(
  head: RequestHead,
  options: VerifyOptions<Found>,
): Soon<Authentication<Found>> {
  const query = parseQuery(head.query)
  if (isVersionTwo(head, query.parameters)) return signedWithTwo(head, query, options)
  const endpoint = { region: options.region, services: options.services ?? S3_ONLY }
  const claim = readSignatureClaim(head, query, endpoint, options.now)
  if (!claim) return { kind: 'anonymous', payload: payloadWithoutKey(head) }
  const declaration = parsePayloadDeclaration(claim.payloadHash)
  requireSignedHeaders(head, claim)

  const { scope, timestamp } = claim
  const asIs = new RequestToSign(head, query, claim)
  const ways: [RequestToSign, ...RequestToSign[]] = head.path.includes('+')
    ? [asIs, asSent(head, query, claim)]
    : [asIs]
  const checked = checkSignature(claim, ways, options, () => {
    const shown = withoutCustomerKeys(asIs.canonical.text)
    return { CanonicalRequest: shown, CanonicalRequestBytes: spacedHex(shown) }
  })
  return soon(checked, ({ credential, key }) => ({
    kind: 'signed',
    version: 4,
    form: claim.form,
    accessKeyId: scope.accessKeyId,
    credential,
    signedAtMilliseconds: timestamp.milliseconds,
    payload:
      declaration.kind === 'streaming-signed'
        ? { ...declaration, verifier: new ChunkSignatures(key, scope, timestamp.text, claim.signature) }
        : declaration,
  }))
}

/**
 * A plus in the path that was signed as it is. Signed as `%2B` it would be another key's: then whoever has a presigned URL
 * of `a+b` could have `a b` with it.
 */
function asSent(head: RequestHead, query: SignedQuery, claim: SignatureClaim): RequestToSign {
  return new RequestToSign(head, query, claim, canonicalPathAsSent(head.path))
}

async function signedWithTwo<Found extends Credential>(
  head: RequestHead,
  query: SignedQuery,
  options: VerifyOptions<Found>,
): Promise<Authentication<Found>> {
  const signer = await verifyVersionTwo(head, query, options)
  return {
    kind: 'signed',
    version: 2,
    ...signer,
    signedAtMilliseconds: undefined,
    payload: payloadWithoutKey(head),
  }
}

/** SDKs without credentials declare their bodies too; there is only no key that could have signed chunks. */
function payloadWithoutKey(head: RequestHead): PayloadIntegrity {
  const declared = parsePayloadDeclaration(head.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
  if (declared.kind !== 'streaming-signed') return declared
  throw new SignatureFault(
    'InvalidRequest',
    'A body with signed chunks needs a request that is signed with AWS4-HMAC-SHA256.',
  )
}

/** Up to here each is compared: a set would have V8 intern them all. */
const FEW_NAMES = 16

/** What changes the meaning of a request must not be added to it after it was signed. */
function requireSignedHeaders(head: RequestHead, { signedHeaders }: SignatureClaim): void {
  const names = signedHeaders.length > FEW_NAMES ? new Set(signedHeaders) : undefined
  const isSigned = (name: string): boolean => (names ? names.has(name) : signedHeaders.includes(name))
  const repeats = names
    ? names.size < signedHeaders.length
    : signedHeaders.some((name, index) => signedHeaders.includes(name, index + 1))
  if (repeats) {
    throw new SignatureFault('InvalidRequest', 'A header may stand only once in SignedHeaders.')
  }
  const missing = isSigned('host') ? [] : ['host']
  for (const name in head.headers) {
    // The payload hash is the last line of the canonical request, signed either way.
    if (!name.startsWith('x-amz-') || name === 'x-amz-content-sha256') continue
    if (!isSigned(name)) missing.push(name)
  }
  if (missing.length === 0) return
  throw new SignatureFault(
    'AccessDenied',
    'There were headers present in the request which were not signed',
    { HeadersNotSigned: missing.join(', ') },
  )
}
