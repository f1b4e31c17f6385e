import { parseXmlDocument, xmlText } from './xml.ts'

/** An error that a service answered, or that there was no answer. */
export class ApiError extends Error {
  /** 0 where there was no answer. */
  readonly status: number
  readonly code: string
  readonly requestId: string | undefined
  /** Which condition did not hold, of a `PreconditionFailed`. */
  readonly condition: string | undefined

  constructor(status: number, code: string, message: string, requestId?: string, condition?: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.requestId = requestId
    this.condition = condition
  }
}

interface Told {
  readonly code?: string
  readonly __type?: string
  readonly message?: string
}

export interface Answered {
  readonly status: number
  readonly body: string
  readonly requestId: string | undefined
}

/** Codes that say the same as one of S3. Source: IAM API Reference and KMS API Reference, "Common Errors". */
const SAME_AS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  NotFoundException: 'NotFound',
  Throttling: 'SlowDown',
  ThrottlingException: 'SlowDown',
  UnrecognizedClientException: 'InvalidClientTokenId',
}

/** What has no code of its own. Only S3 has one for a wrong clock: the others tell it as a wrong signature. */
const TOLD_BY_MESSAGE = [
  { of: 'SignatureDoesNotMatch', part: 'current time', is: 'RequestTimeTooSkewed' },
  { of: 'AccessDenied', part: 'block public access', is: 'PublicAccessBlocked' },
  {
    of: 'InvalidRequest',
    part: 'missing Object Lock Configuration',
    is: 'ObjectLockConfigurationNotFoundError',
  },
]

/** One code for what services call differently, or tell in words alone. */
export function plainCode({ code, message }: ApiError): string {
  const same = SAME_AS[code] ?? code
  const more = TOLD_BY_MESSAGE.find(({ of, part }) => of === same && message.includes(part))
  return more?.is ?? same
}

/** What a refused caller is told within its own account. */
export interface ToldDenial {
  readonly action: string
  /** An ARN; absent where the action is about the account. */
  readonly resource: string | undefined
  /** The kind of policy that denies it; absent where none allows it. */
  readonly denying: string | undefined
}

/** Source: IAM User Guide, "Troubleshoot access denied error messages". */
const DENIAL =
  /^User: \S+ is not authorized to perform: (?<action>\S+)(?: on resource: "?(?<resource>.+?)"?)? (?:because no .+|with an explicit deny in (?<denying>.+))$/s

/** Why somebody may not do something, where the message tells. */
export function toldDenial({ message }: ApiError): ToldDenial | undefined {
  return DENIAL.exec(message)?.groups as ToldDenial | undefined
}

/** The error of an answer: S3, IAM and STS tell it in XML, `/-/` and KMS in JSON, answers to HEAD by their status alone. */
export function errorOf({ status, body, requestId }: Answered): ApiError {
  if (body.startsWith('{')) {
    const { code, __type: type, message = '' } = JSON.parse(body) as Told
    // KMS may name the namespace of an exception too.
    const told = code ?? type?.slice(type.lastIndexOf('#') + 1)
    return new ApiError(status, told ?? String(status), message, requestId)
  }
  const document = body === '' ? undefined : parseXmlDocument(body)
  const error = document?.querySelector('Error')
  const code = error ? xmlText(error, 'Code') : undefined
  return new ApiError(
    status,
    code ?? codeOfStatus(status),
    error ? (xmlText(error, 'Message') ?? '') : '',
    requestId,
    error ? xmlText(error, 'Condition') : undefined,
  )
}

function codeOfStatus(status: number): string {
  return { 403: 'AccessDenied', 404: 'NotFound', 412: 'PreconditionFailed' }[status] ?? String(status)
}
