import { parseXmlDocument, xmlText } from './xml.ts'

/** An error that a service answered, or that there was no answer. */
export class ApiError extends Error {
  /** 0 where there was no answer. */
  readonly status: number
  readonly code: string
  readonly requestId: string | undefined

  constructor(status: number, code: string, message: string, requestId?: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.requestId = requestId
  }
}

export interface Answered {
  readonly status: number
  readonly body: string
  readonly requestId: string | undefined
}

/** The error of an answer: S3, IAM and STS tell it in XML, `/-/` in JSON, answers to HEAD by their status alone. */
export function errorOf({ status, body, requestId }: Answered): ApiError {
  if (body.startsWith('{')) {
    const told = JSON.parse(body) as { code?: string; message?: string }
    return new ApiError(status, told.code ?? String(status), told.message ?? '', requestId)
  }
  const document = body === '' ? undefined : parseXmlDocument(body)
  const error = document?.querySelector('Error')
  const code = error ? xmlText(error, 'Code') : undefined
  return new ApiError(
    status,
    code ?? codeOfStatus(status),
    error ? (xmlText(error, 'Message') ?? '') : '',
    requestId,
  )
}

function codeOfStatus(status: number): string {
  return { 403: 'AccessDenied', 404: 'NotFound', 412: 'PreconditionFailed' }[status] ?? String(status)
}
