import { hash } from 'node:crypto'
import type { Caller } from '../access/caller.ts'
import { anonymous, type Principal } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { Identities } from '../identities/identities.ts'
import type { Session } from '../identities/session-token.ts'
import { S3Error } from '../model/s3-error.ts'
import type { Credential } from '../signature/credential.ts'
import { SignatureFault } from '../signature/signature-fault.ts'
import type { SigningKeyCache } from '../signature/signing-key.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import type { Admission } from './admission.ts'
import type { DocumentSender, HeldDocument } from './document-budget.ts'
import type { Connection } from './incoming.ts'

/** What authentication takes of the server. */
export interface ServiceCallSetting {
  readonly service: {
    readonly settings: { readonly region: string }
    readonly clock: Clock
    readonly identities: Pick<Identities, 'find' | 'glance' | 'noteUse' | 'noteAction'>
  }
  readonly signingKeys: SigningKeyCache
}

/** A request of an AWS API besides S3. */
export interface IncomingCall {
  readonly head: RequestHead
  readonly source: AsyncIterable<Uint8Array>
  readonly document: HeldDocument
  readonly connection: Connection
  /** Absent where nothing is limited. */
  readonly admission?: Pick<Admission, 'enter'> | undefined
  /** Is told who calls. */
  readonly trail: { called(principal: Principal): void }
}

/** Whom a call is signed for. */
export interface CalledEndpoint {
  readonly service: string
  readonly region: string
}

interface ServiceCall {
  readonly caller: Caller
  /** Of temporary credentials. */
  readonly session?: Session | undefined
  readonly body: Uint8Array
}

/** Why a call is not answered; each protocol has its own words for it. */
export type RefusedCall = 'too large' | 'too many' | 'unsigned' | SignatureFault

export interface CallersCredential extends Credential {
  readonly caller: Caller
  readonly session?: Session
}

/** The largest request of any of these APIs. */
const MOST_BODY_BYTES = 1024 * 1024

/**
 * Who calls, and with what body. Throws only where the body does not come whole. What the head alone can refuse is not read:
 * too long a body, no signature, a key that nobody has, a time that is over. Whether the sender is the one whose key it names
 * is known with the body's end, so until then it is a stranger's.
 */
export async function receiveServiceCall(
  setting: ServiceCallSetting,
  endpoint: CalledEndpoint,
  incoming: IncomingCall,
): Promise<ReceivedCall> {
  const call = await receive(setting, endpoint, incoming)
  const principal = 'refused' in call ? anonymous : call.caller.principal
  return (await isOverLimit(incoming, principal)) ? { refused: 'too many' } : call
}

type ReceivedCall = ServiceCall | { readonly refused: RefusedCall }

/** Whether whoever calls has to slow down. */
export async function isOverLimit(
  { admission }: Pick<IncomingCall, 'admission'>,
  principal: Principal,
): Promise<boolean> {
  try {
    await admission?.enter(principal)
    return false
  } catch (error) {
    if (error instanceof S3Error && error.code === 'SlowDown') return true
    throw error
  }
}

async function receive(
  setting: ServiceCallSetting,
  endpoint: CalledEndpoint,
  { head, ...incoming }: IncomingCall,
): Promise<ReceivedCall> {
  if (isTooLarge(head)) return TOO_LARGE
  const fromHead = await authenticate(setting, endpoint, head, NO_BODY)
  if ('refused' in fromHead && !dependsOnBody(fromHead.refused)) return fromHead
  const read = await readCallBody(head, incoming)
  if ('refused' in read) return read
  const authenticated = await authenticate(setting, endpoint, head, read.body)
  if ('refused' in authenticated) return authenticated
  incoming.trail.called(authenticated.caller.principal)
  return { ...authenticated, ...read }
}

const NO_BODY = Buffer.alloc(0)
const TOO_LARGE = { refused: 'too large' } as const

function isTooLarge({ headers }: RequestHead, mostBytes = MOST_BODY_BYTES): boolean {
  return Number(headers['content-length'] ?? 0) > mostBytes
}

/** Another body might be let in. */
function dependsOnBody(refused: RefusedCall): boolean {
  return refused instanceof SignatureFault && refused.code === 'SignatureDoesNotMatch'
}

/** The body of a call, whoever sent it. Throws where it does not come whole. */
export async function readCallBody(
  head: RequestHead,
  { source, document }: Pick<IncomingCall, 'source' | 'document'>,
  mostBytes = MOST_BODY_BYTES,
  sender: DocumentSender = 'service',
): Promise<{ readonly body: Uint8Array } | { readonly refused: 'too large' | 'too many' }> {
  if (isTooLarge(head, mostBytes)) return TOO_LARGE
  try {
    return { body: await document.collect(limited(source, mostBytes), sender) }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    if (error.code === 'EntityTooLarge') return TOO_LARGE
    if (error.code === 'SlowDown') return { refused: 'too many' }
    throw error
  }
}

async function* limited(source: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  for await (const chunk of source) {
    sizeBytes += chunk.length
    if (sizeBytes > mostBytes) throw new S3Error('EntityTooLarge')
    yield chunk
  }
}

async function authenticate(
  { service: { identities, clock }, signingKeys }: ServiceCallSetting,
  { service, region }: CalledEndpoint,
  head: RequestHead,
  body: Uint8Array,
): Promise<Pick<ServiceCall, 'caller' | 'session'> | { readonly refused: RefusedCall }> {
  // Only S3 has its clients say what the body's hash is; for all other services the signature is over the body's own.
  const headers = { ...head.headers, 'x-amz-content-sha256': hash('sha256', body, 'hex') }
  try {
    await identities.glance()
    const authentication = await verifySignature<CallersCredential>(
      { ...head, headers },
      {
        region,
        services: [service],
        now: clock.now(),
        keys: signingKeys,
        findCredential: identities.find,
      },
    )
    if (authentication.kind === 'anonymous') return { refused: 'unsigned' }
    const { accessKeyId, credential } = authentication
    identities.noteUse(accessKeyId, credential.caller, service, region)
    return { caller: credential.caller, session: credential.session }
  } catch (fault) {
    if (fault instanceof SignatureFault) return { refused: fault }
    throw fault
  }
}
