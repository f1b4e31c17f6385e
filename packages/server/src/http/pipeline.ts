import { anonymous, type Principal } from '../access/principal.ts'
import type { Credential } from '../signature/credential.ts'
import type { Account } from '../access/accounts.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import type { RequestBody } from '../model/body.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { readClaimedDigests } from '../model/upload-checksum.ts'
import { verifyDocument } from '../model/verify-digests.ts'
import { decodeInput, hasStreamingBody, hasXmlBody, requiresChecksum } from '../protocol/decode.ts'
import { encodeOutput, type EncodedResponse } from '../protocol/encode.ts'
import { requestBody } from '../protocol/request-body.ts'
import { type Route, route } from '../protocol/route.ts'
import { assertOwner, readBucket } from '../s3/bucket-row.ts'
import type { Operation, OperationContext, S3Service } from '../s3/operation.ts'
import { findOperation } from '../s3/operations.ts'
import { type Authentication, verifySignature } from '../signature/verify-signature.ts'
import type { SigningKeyCache } from '../signature/signing-key.ts'
import { authorize, decideOn } from './authorize.ts'

/** What the pipeline serves with. */
export interface Pipeline {
  readonly service: S3Service
  readonly domains: readonly string[]
  readonly signingKeys: SigningKeyCache
}

/** One request on its way through. */
export interface Incoming {
  readonly head: RequestHead
  /** The body as it comes from the socket. */
  readonly source: AsyncIterable<Uint8Array>
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Told the operation as soon as it is known, for the log. */
  routed(operation: string): void
}

/** An operation that may run: the answer is what `run` resolves to. */
export interface Prepared {
  readonly answersEarly: boolean
  run(): Promise<EncodedResponse>
}

interface AccountCredential extends Credential {
  readonly account: Account
}

/** The largest document: DeleteObjects with 1,000 keys of 1,024 bytes, each escaped. */
const MOST_DOCUMENT_BYTES = 8 * 1024 * 1024

/** A request from its head to its answer, in the order that `design` gives the steps. Whatever fails is thrown. */
export async function prepare(pipeline: Pipeline, incoming: Incoming): Promise<Prepared> {
  const { head } = incoming
  const target = route(head, pipeline.domains)
  incoming.routed(target.operation)
  const authentication = await authenticate(pipeline, head)
  const principal = principalOf(authentication)
  const operation = supported(target, principal)
  const bucket = await bucketOf(pipeline, operation, target)
  if (bucket) assertOwner(head.headers['x-amz-expected-bucket-owner'], bucket)
  authorize(principal, operation.access, bucket)
  const body = await bodyOf(operation.name, incoming, authentication)
  const input = decodeInput(operation.name, target, head, body)
  return {
    answersEarly: operation.answersEarly === true,
    run: () => run(operation, input, contextOf(pipeline, incoming, principal, bucket)),
  }
}

async function authenticate(
  { service, signingKeys }: Pipeline,
  head: RequestHead,
): Promise<Authentication<AccountCredential>> {
  return verifySignature<AccountCredential>(head, {
    region: service.settings.region,
    now: service.clock.now(),
    keys: signingKeys,
    findCredential: (accessKeyId) => {
      const holder = service.accounts.findByAccessKeyId(accessKeyId)
      return holder && { secretAccessKey: holder.accessKey.secretAccessKey, account: holder.account }
    },
  })
}

function principalOf(authentication: Authentication<AccountCredential>): Principal {
  if (authentication.kind === 'anonymous') return anonymous
  return { kind: 'account', account: authentication.credential.account }
}

function supported({ operation }: Route, principal: Principal): Operation<OperationName> {
  const found =
    operation === 'PostObject' || operation === 'OptionsObject' ? undefined : findOperation(operation)
  if (found) return found
  // Who may do nothing need not know what there is.
  if (principal.kind === 'anonymous') throw new S3Error('AccessDenied')
  throw new S3Error('NotImplemented')
}

async function bucketOf(
  { service }: Pipeline,
  operation: Operation<OperationName>,
  { bucket }: Route,
): Promise<BucketRow | undefined> {
  if (operation.access.on === 'account' || bucket === undefined) return undefined
  return readBucket(service.stores, bucket)
}

/** The stream of an upload, or a document, collected and verified. */
async function bodyOf(
  name: OperationName,
  { head, source }: Incoming,
  { payload }: Authentication,
): Promise<RequestBody | Uint8Array | undefined> {
  if (hasStreamingBody(name)) return requestBody(head, source, payload)
  const body = requestBody(head, source, payload, { lengthOptional: true, maxSizeBytes: MOST_DOCUMENT_BYTES })
  if (!hasXmlBody(name) && body.sizeBytes === 0) return undefined
  const bytes = await collect(body)
  const claims = readClaimedDigests(head.headers)
  if (requiresChecksum(name) && !claims.md5 && !claims.checksum) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*'
    throw new S3Error('InvalidRequest', {}, { message })
  }
  verifyDocument(bytes, claims, body.trailers)
  return hasXmlBody(name) ? bytes : undefined
}

async function collect(body: RequestBody): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body.bytes) chunks.push(chunk)
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

function contextOf(
  { service }: Pipeline,
  incoming: Incoming,
  principal: Principal,
  bucket: BucketRow | undefined,
): OperationContext {
  return {
    service,
    principal,
    head: incoming.head,
    bucket,
    get signal() {
      return incoming.signal
    },
    decide: (rule, other) => decideOn(principal, rule, other),
  }
}

async function run<Name extends OperationName>(
  operation: Operation<Name>,
  input: OperationInputs[Name],
  context: OperationContext,
): Promise<EncodedResponse> {
  return encodeOutput(operation.name, await operation.handle(input, context))
}
