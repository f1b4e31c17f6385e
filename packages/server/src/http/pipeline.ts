import type { AccessRule } from '../access/access-rule.ts'
import { anonymousCaller, type Caller } from '../access/caller.ts'
import { accountOf, type Principal } from '../access/principal.ts'
import type { Credential } from '../signature/credential.ts'
import type { RequestHead } from '../base/request-head.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import type { RequestBody } from '../model/body.ts'
import { accessPointArn, type AccessPointReference } from '../model/access-point-arn.ts'
import { isCalledDirectoryBucket, isDirectoryBucketName } from '../model/directory-bucket-name.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { readClaimedDigests } from '../model/upload-checksum.ts'
import { assertHeaderSectionSize } from '../model/user-metadata.ts'
import { verifyDocument } from '../model/verify-digests.ts'
import {
  beforehand,
  decodeInput,
  hasObjectChecksum,
  hasStreamingBody,
  hasXmlBody,
  type InputSource,
  requiresChecksum,
} from '../protocol/decode.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { requestBody } from '../protocol/request-body.ts'
import { type Route, route } from '../protocol/route.ts'
import type { WebsiteHosts } from '../protocol/website-address.ts'
import { nameOfBucket, reachBucket } from '../s3/shared/access-points/reach-bucket.ts'
import type { AccessTarget, ReachedBucket } from '../s3/shared/service/access-target.ts'
import { authorize, isUnderPolicy } from '../s3/shared/deciding/authorize.ts'
import { refuseFromHead } from '../s3/shared/deciding/refuse-from-head.ts'
import { assertOwner, readBucket } from '../s3/shared/bucket/bucket-row.ts'
import { preflightHeaders } from '../s3/operations/cors/cors-headers.ts'
import type { Operation } from '../s3/shared/service/operation.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { findOperation } from '../s3/s3-operations.ts'
import { REPLICA_HEADER } from '../s3/shared/replicating/replica-statement.ts'
import { requestParameter } from '../s3/shared/deciding/request-parameter.ts'
import { isRequestCharged, REQUEST_PAYER } from '../s3/shared/deciding/requester-pays.ts'
import { type Authentication, type VerifyOptions, verifySignature } from '../signature/verify-signature.ts'
import type { SigningKeyCache } from '../signature/signing-key.ts'
import type { VersionTwo } from '../signature/verify-version-two.ts'
import { answerForm } from './answer-form.ts'
import { assertOwnAccount } from './assert-own-account.ts'
import { assertAccelerated } from './assert-accelerated.ts'
import { assertForAccessPoint } from './assert-for-access-point.ts'
import {
  assertForDirectoryBucket,
  DIRECTORY_SERVICES,
  mayBeOfDirectories,
} from './assert-for-directory-bucket.ts'
import { currentTags } from './bucket-metrics.ts'
import { answerExplain, isExplainRequest } from './explain-endpoint.ts'
import type { Incoming, SignedRequest } from './incoming.ts'
import { type PipelineAsking, RequestScope } from './request-scope.ts'
import { runOperation } from './run-operation.ts'
import type { RequestTrail } from './request-trail.ts'

/** What the pipeline serves with. */
export interface Pipeline {
  readonly service: S3Service
  /** For operations that free space: the same, but that it may use what is kept for them. */
  readonly freeingService: S3Service
  readonly domains: readonly string[]
  readonly websites: WebsiteHosts
  readonly signingKeys: SigningKeyCache
  /** Absent where Signature Version 2 is refused. */
  readonly versionTwo: VersionTwo | undefined
}

/** An operation that may run: the answer is what `run` resolves to. */
export interface Prepared {
  readonly answersEarly: boolean
  run(): Promise<EncodedResponse>
}

interface CallersCredential extends Credential {
  readonly caller: Caller
}

/** The largest document: DeleteObjects with 1,000 keys of 1,024 bytes, each escaped. */
const MOST_DOCUMENT_BYTES = 8 * 1024 * 1024

/** A request from its head to its answer, in the order of the design's steps. Whatever fails is thrown. */
export function prepare(pipeline: Pipeline, incoming: Incoming): Soon<Prepared> {
  const { head } = incoming
  if (isExplainRequest(head, pipeline.domains)) return prepareExplain(pipeline, incoming)
  const target = route(head, pipeline.domains)
  incoming.trail.routed(target)
  assertHeaderSectionSize(head.headers, head.query)
  if (target.operation === 'OptionsObject') return preflight(pipeline, target, incoming)
  const options = verifyOptions(pipeline, incoming, target)
  const verifying = soon(pipeline.service.identities.glance(), () => verifySignature(head, options))
  return soon(verifying, (authentication) => {
    const request = { incoming, target, authentication }
    if (target.operation !== 'PostObject') return admit(pipeline, request)
    const answerPut = async (put: typeof request): Promise<EncodedResponse> =>
      (await admit(pipeline, put)).run()
    return { answersEarly: false, run: () => answerForm(request, options, answerPut) }
  })
}

async function prepareExplain(pipeline: Pipeline, incoming: Incoming): Promise<Prepared> {
  incoming.trail.operation = 'Explain'
  await pipeline.service.identities.glance()
  const authentication = await verifySignature(incoming.head, verifyOptions(pipeline, incoming, {}))
  await incoming.admission?.enter(callerOf(authentication).principal)
  return { answersEarly: false, run: () => answerExplain(pipeline.service, incoming, authentication) }
}

/** A browser's question. It is nobody's: browsers send no credentials with it. */
function preflight({ service }: Pipeline, target: Route, { head, trail, admission }: Incoming): Prepared {
  const run = async () => {
    await admission?.enter(anonymousCaller.principal)
    const bucket = await nameOfBucket(service, target)
    const headers = await preflightHeaders(service, { ...target, bucket }, head.headers)
    await trail.lookUp(service.stores)
    return { status: 200, headers: { ...headers } }
  }
  return { answersEarly: false, run }
}

function admit(pipeline: Pipeline, request: SignedRequest<CallersCredential>): Soon<Prepared> {
  const { incoming, target, authentication } = request
  const asking = askingOf(pipeline, incoming, target, authentication)
  incoming.trail.asked(asking.caller.principal, asking.request.facts.signature, target.key)
  const { admission } = incoming
  if (!admission) return admitAsking(pipeline, request, asking)
  return soon(admission.enter(asking.caller.principal), () => admitAsking(pipeline, request, asking))
}

function admitAsking(
  pipeline: Pipeline,
  request: SignedRequest<CallersCredential>,
  asking: PipelineAsking,
): Soon<Prepared> {
  const { target } = request
  const { service, caller } = asking
  const operation = supported(target, caller.principal)
  const { action, on } = operation.access
  // No action on objects is tracked, and none of directory buckets is of s3.
  if (on !== 'object' && !isDirectoryBucketName(target.bucket))
    service.identities.noteAction(caller, 's3', service.settings.region, action)
  const asked = { pipeline, request, asking, operation }
  // What is about no bucket that is there makes one of the very name.
  if (target.accessPoint && operation.access.on !== 'account')
    return throughAccessPoint(asked, target.accessPoint)
  return soon(bucketOf(pipeline, operation, target), (bucket) => admitTo(bucket, asked))
}

/** From here on the request names the bucket itself, and the bucket what it was reached through. */
function throughAccessPoint(asked: AskedRequest, accessPoint: AccessPointReference): Soon<Prepared> {
  const { pipeline, request, operation } = asked
  return soon(reachBucket(pipeline.service, accessPoint), ({ bucketName, bucket }) => {
    if (bucket.through) assertForAccessPoint(operation.name, asked.asking.request.facts.signature)
    const target = { ...request.target, bucket: bucketName }
    request.incoming.trail.reached(bucketName, bucket.through?.arn)
    return admitTo(bucket, { ...asked, request: { ...request, target } })
  })
}

interface AskedRequest {
  readonly pipeline: Pipeline
  readonly request: SignedRequest<CallersCredential>
  readonly asking: PipelineAsking
  readonly operation: Operation<OperationName>
}

function admitTo(
  bucket: ReachedBucket | undefined,
  { pipeline, request, asking, operation }: AskedRequest,
): Soon<Prepared> {
  const { incoming, target, authentication } = request
  const { head, trail } = incoming
  if (bucket) {
    trail.found(bucket)
    if (bucket.directory ?? operation.isOfDirectories) assertForDirectoryBucket(bucket, operation, asking)
  }
  if (target.labels) assertOwnAccount(head, asking.caller.principal, target.labels)
  if (target.isAccelerated) assertAccelerated(bucket, operation.name)
  const parameter = (name: string): string | undefined => requestParameter(head, target.query, name)
  if (bucket) assertOwner(parameter('x-amz-expected-bucket-owner'), bucket)
  const isCharged = isRequestCharged(asking.caller.principal, parameter(REQUEST_PAYER), bucket)
  const accessTarget = accessTargetOf(target, bucket)
  const decode = () =>
    soon(bodyOf(operation.name, incoming, authentication), (body) =>
      decodeInput(operation.name, target, head, body),
    )
  return soon(authorizedInput(operation, asking, accessTarget, trail, decode), (input) => {
    noteTagsBefore(pipeline, incoming, target)
    const scope = operation.freesSpace ? { ...asking, service: pipeline.freeingService } : asking
    const context = new RequestScope(scope, incoming, bucket)
    const run = () => runOperation(operation, input, context, accessTarget)
    const answersEarly = operation.answersEarly === true
    return { answersEarly, run: isCharged ? async () => charged(await run()) : run }
  })
}

/** What a deletion leaves nobody to read. Not before it is let in: a refusal costs no read, and deletes nothing. */
function noteTagsBefore({ service }: Pipeline, { head, trail }: Incoming, { key, query }: Route): void {
  if (!trail.measured || head.method !== 'DELETE' || key === undefined) return
  trail.tagsBefore = currentTags(service, trail.measured, key, query.get('versionId'))
}

function charged(encoded: EncodedResponse): EncodedResponse {
  encoded.headers['x-amz-request-charged'] = 'requester'
  return encoded
}

function callerOf(authentication: Authentication<CallersCredential>): Caller {
  return authentication.kind === 'signed' ? authentication.credential.caller : anonymousCaller
}

function askingOf(
  { service }: Pipeline,
  { connection, head, receivedAt }: Incoming,
  { operation, query, bucket: bucketName, labels }: Route,
  authentication: Authentication<CallersCredential>,
): PipelineAsking {
  const isSigned = authentication.kind === 'signed'
  const caller = callerOf(authentication)
  if (isSigned) service.identities.noteUse(authentication.accessKeyId, caller, 's3', service.settings.region)
  const facts = { ...connection, receivedAt, signature: isSigned ? authentication : undefined }
  const resource = labels && controlResource(labels, caller, service.settings.region)
  return { service, caller, request: { operation, head, query, bucketName, resource, facts } }
}

/** The ARN of what a request of S3 Control names by its path. Source: Service Authorization Reference, Amazon S3. */
function controlResource(
  { Name: name, ResourceArn: arn, JobId: jobId }: Readonly<Record<string, string>>,
  { principal }: Caller,
  region: string,
): string | undefined {
  const account = accountOf(principal)
  if (account && jobId !== undefined) return `arn:aws:s3:${region}:${account.id}:job/${jobId}`
  return name === undefined || !account ? arn : accessPointArn(region, { accountId: account.id, name })
}

/**
 * Lets the request in and decodes it. A policy may ask for what stands in the document (tags, locks): then the document
 * is decoded first, but what is wrong with it is told only to who is let in.
 */
function authorizedInput<Name extends OperationName>(
  operation: Operation<Name>,
  asking: PipelineAsking,
  target: AccessTarget | undefined,
  trail: RequestTrail,
  decode: () => Soon<OperationInputs[Name]>,
): Soon<OperationInputs[Name]> {
  const { decidesItself } = operation
  const rule = ruleOf(operation, asking.request.head)
  if (decidesItself) {
    const isStranger = asking.caller.principal.kind === 'anonymous' && hasXmlBody(operation.name)
    return isStranger ? refuseFromHead(asking, { rule, target }).then(decode) : decode()
  }
  if (operation.contextKeys && (!target || isUnderPolicy(asking, target))) {
    return authorizedDocument(operation, rule, asking, target, trail, decode)
  }
  return soon(authorize(asking, { rule, target }), (decision) => {
    trail.decision = decision
    return decode()
  })
}

async function authorizedDocument<Name extends OperationName>(
  operation: Operation<Name>,
  rule: AccessRule,
  asking: PipelineAsking,
  target: AccessTarget | undefined,
  trail: RequestTrail,
  decode: () => Soon<OperationInputs[Name]>,
): Promise<OperationInputs[Name]> {
  await refuseFromHead(asking, { rule, target })
  const decoding = async (): Promise<OperationInputs[Name]> => decode()
  const input = await decoding().catch(async (error: unknown) => {
    await authorize(asking, { rule, target })
    throw error
  })
  const keys = operation.contextKeys?.(input, asking.request.facts.receivedAt)
  trail.decision = await authorize(asking, { rule, target, keys })
  return input
}

function ruleOf({ access, replicaAccess }: Operation<OperationName>, { headers }: RequestHead): AccessRule {
  return replicaAccess !== undefined && headers[REPLICA_HEADER] !== undefined ? replicaAccess : access
}

function accessTargetOf(
  { bucket: bucketName, key, query }: Route,
  bucket: ReachedBucket | undefined,
): AccessTarget | undefined {
  if (!bucket || bucketName === undefined) return undefined
  return { bucketName, bucket, key, versionId: query.get('versionId') }
}

function verifyOptions(
  { service, signingKeys, versionTwo }: Pipeline,
  { receivedAt }: Incoming,
  target: Partial<Pick<Route, 'accessPoint' | 'operation' | 'bucket' | 'labels'>>,
): VerifyOptions<CallersCredential> {
  const { identities, settings } = service
  const isCalled = !target.accessPoint && isCalledDirectoryBucket(target.bucket)
  return {
    region: settings.region,
    now: receivedAt,
    keys: signingKeys,
    versionTwo,
    services: isCalled || mayBeOfDirectories(target) ? DIRECTORY_SERVICES : undefined,
    findCredential:
      isCalled && isDirectoryBucketName(target.bucket) ? identities.findOnDirectory : identities.find,
  }
}

function supported({ operation }: Route, principal: Principal): Operation<OperationName> {
  const found =
    operation === 'PostObject' || operation === 'OptionsObject' ? undefined : findOperation(operation)
  if (found) return found
  // Who may do nothing need not know what there is.
  if (principal.kind === 'anonymous') throw new S3Error('AccessDenied')
  throw new S3Error('NotImplemented', {}, { message: `The operation ${operation} is not implemented` })
}

function bucketOf(
  { service }: Pipeline,
  operation: Operation<OperationName>,
  { bucket }: Route,
): Soon<BucketRow | undefined> {
  if (operation.access.on === 'account' || bucket === undefined) return undefined
  return readBucket(service.stores, bucket)
}

/**
 * What has no body is refused with one where it writes: whoever sends it means something else, an upload perhaps. Of
 * reads and deletions it has no meaning (RFC 9110, section 9.3) and is let pass. Not documented: observed on S3 of
 * CopyObject, with these words.
 */
function bodyNotTaken(): S3Error {
  const message = 'The request included a body. Requests of this type must not include a non-empty body.'
  return new S3Error('InvalidRequest', {}, { message })
}

/** The stream of an upload, or a document, collected and verified. */
function bodyOf(
  name: OperationName,
  incoming: Incoming,
  authentication: Authentication,
): Soon<InputSource | undefined> {
  const { head, source, file } = incoming
  const { payload } = authentication
  if (file) return file
  if (hasStreamingBody(name)) return requestBody(head, source, payload)
  const isDocument = hasXmlBody(name)
  const isWrite = head.method === 'PUT' || head.method === 'POST'
  const limit = isDocument || !isWrite ? { maxSizeBytes: MOST_DOCUMENT_BYTES } : {}
  const body = requestBody(head, source, payload, { lengthOptional: true, ...limit })
  if (!isDocument && body.sizeBytes === 0) return undefined
  if (!isDocument && isWrite) throw bodyNotTaken()
  return documentOf(name, incoming, body, authentication.kind === 'anonymous')
}

async function documentOf(
  name: OperationName,
  { head, document }: Incoming,
  body: RequestBody,
  isStranger: boolean,
): Promise<InputSource | undefined> {
  const bytes = await document.collect(body.bytes, isStranger ? 'stranger' : 'verified')
  const { 'content-md5': md5 } = head.headers
  const claims = readClaimedDigests(hasObjectChecksum(name) ? { 'content-md5': md5 } : head.headers)
  if (requiresChecksum(name) && !claims.md5 && !claims.checksum) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*'
    throw new S3Error('InvalidRequest', {}, { message })
  }
  verifyDocument(bytes, claims, body.trailers)
  return hasXmlBody(name) ? beforehand(name, bytes) : undefined
}
