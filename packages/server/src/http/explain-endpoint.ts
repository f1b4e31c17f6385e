import type { Caller } from '../access/caller.ts'
import { describeExplanation } from '../access/explanation.ts'
import { accountOf } from '../access/principal.ts'
import { JsonFault, readJson } from '../base/read-json.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { RequestBody } from '../model/body.ts'
import { authorizeCall } from '../identities/authorize-call.ts'
import type { SigningCaller } from '../identities/signing-caller.ts'
import { QueryError } from '../model/query-error.ts'
import { S3Error } from '../model/s3-error.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { requestBody } from '../protocol/request-body.ts'
import { questionOf } from '../s3/explain-question.ts'
import type { AccessService } from '../s3/shared/service/service.ts'
import type { Credential } from '../signature/credential.ts'
import type { Authentication } from '../signature/verify-signature.ts'
import type { HeldDocument } from './document-budget.ts'
import { connectionConditions } from './connection-conditions.ts'
import { explain } from './explain.ts'
import type { Incoming } from './incoming.ts'

/** Why a request to a bucket, a key or a role is, or would be, allowed or denied: for its owner. */
export const EXPLAIN_PATH = '/-/explain'

/** Where the host names a bucket, the path is a key like any other. */
export function isExplainRequest({ path, headers }: RequestHead, domains: readonly string[]): boolean {
  return path === EXPLAIN_PATH && bucketOfHost(headers['host'], domains) === undefined
}

const MOST_QUESTION_BYTES = 64 * 1024

type Signed = Authentication<Credential & { readonly caller: Caller }>

/**
 * `POST` of a question as JSON (`principal`, `action`, `resource`, `versionId`, `context`, `sessionPolicy`,
 * `federatedBy`), signed for `s3`; the answer is the explanation as JSON, with a `text` for people. Throws AccessDenied unless the account owns the bucket, key or role,
 * and its users have holdfast:Explain.
 */
export async function answerExplain(
  service: AccessService,
  { head, source, document, connection }: Pick<Incoming, 'head' | 'source' | 'document' | 'connection'>,
  authentication: Signed,
): Promise<EncodedResponse> {
  if (head.method !== 'POST') {
    throw new S3Error('MethodNotAllowed', { ResourceType: 'EXPLANATION' }, { headers: { Allow: 'POST' } })
  }
  if (authentication.kind === 'anonymous') throw new S3Error('AccessDenied')
  const { caller } = authentication.credential
  const account = accountOf(caller.principal)
  if (!account) throw new S3Error('AccessDenied')
  // It tells of all policies of the account: not for those whom they are about, unless one of them says so.
  authorizeExplain(service, { ...caller, account, conditions: connectionConditions({ connection, head }) })
  const limits = { maxSizeBytes: MOST_QUESTION_BYTES }
  const body = requestBody(head, source, authentication.payload, limits)
  const question = questionOf(await questionIn(document, body))
  const explanation = await explain(service, question, account.id)
  const answer = `${JSON.stringify({ ...explanation, text: describeExplanation(explanation) })}\n`
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: answer }
}

function authorizeExplain(service: AccessService, caller: SigningCaller): void {
  const { clock, settings } = service
  try {
    authorizeCall({ clock, ...settings }, caller, { action: 'holdfast:Explain', resource: '*' })
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause
    throw new S3Error('AccessDenied', {}, { message: cause.message, cause })
  }
}

async function questionIn(document: HeldDocument, { bytes }: RequestBody): Promise<unknown> {
  const question = await document.collect(bytes, 'verified')
  try {
    return readJson(question)
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    throw new S3Error(
      'InvalidRequest',
      {},
      { message: `The question has to be JSON: ${cause.message}`, cause },
    )
  }
}
