import type { Denial } from '../administration/denials.ts'
import type { AuditRecord } from '../audit/audit-record.ts'
import { accountOf, arnOf, ownArnOf, type Principal } from '../access/principal.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { Connection } from './incoming.ts'
import type { RequestTrail } from './request-trail.ts'

export interface AuditedRequest {
  readonly trail: RequestTrail
  readonly head: RequestHead
  readonly connection: Connection
  readonly startedMilliseconds: number
  readonly status: number
  readonly errorCode: string | undefined
  readonly refusedBy: readonly string[] | undefined
}

/** The same as a request that was refused. */
export function denialOf(request: AuditedRequest): Denial {
  const { requestId, time, status, errorCode, who, what, refusedBy = [] } = auditRecord(request)
  const { principal, ownerAccountId, refusingAccountId } = request.trail
  const callerAccountId = principal && accountOf(principal)?.id
  const said = { requestId, time, status, code: errorCode, principal: who.principal, ...what }
  return { ...said, reasons: refusedBy, callerAccountId, ownerAccountId, refusingAccountId }
}

/** A request as the audit log tells of it. */
export function auditRecord(request: AuditedRequest): AuditRecord {
  const { trail, head, connection, startedMilliseconds, status, errorCode, refusedBy } = request
  return {
    time: new Date(startedMilliseconds).toISOString(),
    requestId: connection.requestId,
    status,
    errorCode,
    milliseconds: trail.now() - startedMilliseconds,
    who: { principal: trail.principal && nameOf(trail.principal), accessKeyId: namedAccessKey(head) },
    from: {
      address: connection.remoteAddress,
      userAgent: head.headers['user-agent'],
      tls: connection.tlsVersion,
    },
    what: {
      operation: trail.operation,
      bucket: trail.bucketName,
      key: trail.key,
      versionId: trail.target?.query.get('versionId'),
    },
    description: trail.description,
    refusedBy: refusedBy?.length === 0 ? undefined : refusedBy,
  }
}

function nameOf(principal: Principal): string {
  const account = accountOf(principal)
  return ownArnOf(principal) ?? (account ? arnOf(account) : principal.kind)
}

const IN_HEADER = /^(?:AWS4-HMAC-SHA256 .*?Credential=([^/,\s]{1,128})\/|AWS ([^:\s]{1,128}):)/
const IN_QUERY = /(?:^|&)(?:X-Amz-Credential|AWSAccessKeyId)=([^&]{1,512})/

/** No access key id has more. */
const MOST_CHARACTERS = 128

/** Whose key a request says it is signed with; of a form nobody knows before it is read. */
function namedAccessKey({ headers, query }: RequestHead): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const [, four, two] = IN_HEADER.exec(authorization) ?? []
    return four ?? two
  }
  const inQuery = IN_QUERY.exec(query)?.[1]
  return inQuery?.split(/\/|%2F/i)[0]?.slice(0, MOST_CHARACTERS)
}
