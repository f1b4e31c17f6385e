import type { RequestHead } from '../base/request-head.ts'
import { CanonicalRequest, type SignedQuery } from './canonical-request.ts'
import type { ToSign } from './check-signature.ts'
import type { SignatureClaim } from './signature-claim.ts'
import type { SigningKey } from './signing-key.ts'

type SignedParts = Pick<SignatureClaim, 'timestamp' | 'scope' | 'signedHeaders' | 'payloadHash'>

/** A request as Version 4 signs it: time and scope, and the digest of the canonical request. */
export class RequestToSign implements ToSign {
  readonly canonical: CanonicalRequest
  readonly #claim: SignedParts

  /** `path`: as it is signed, where that is not how it is by the rule. */
  constructor(head: RequestHead, query: SignedQuery, claim: SignedParts, path?: string) {
    this.canonical = new CanonicalRequest(head, query, claim, path)
    this.#claim = claim
  }

  get text(): string {
    const { timestamp, scope } = this.#claim
    return `AWS4-HMAC-SHA256\n${timestamp.text}\n${scope.text}\n${this.canonical.digest}`
  }

  signedWith(key: SigningKey): string {
    // Time and scope stand in the query of a presigned URL, so whoever has that in common has them in common, too.
    const { signatures, start } = this.canonical
    return signatures ? signatures.of(start, key, () => key.sign(this.text)) : key.sign(this.text)
  }
}
