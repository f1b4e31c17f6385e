/**
 * One line of an access log. What is `undefined` was not asked or does not apply, and is a dash. Source: S3 User Guide,
 * "Amazon S3 server access log format".
 */
export interface AccessRecord {
  readonly bucketOwner: string
  readonly bucketName: string
  /** When the request came. */
  readonly at: Date
  readonly remoteAddress?: string | undefined
  /** The canonical id of an account, or the ARN of a user or a session. */
  readonly requester?: string | undefined
  readonly requestId?: string | undefined
  readonly operation: string
  readonly key?: string | undefined
  /** Method, target and version; empty where there was no such line, though there might have been one. */
  readonly requestLine?: string | undefined
  readonly status?: number | undefined
  readonly errorCode?: string | undefined
  readonly sentBytes?: number | undefined
  readonly objectBytes?: number | undefined
  readonly totalMilliseconds?: number | undefined
  readonly turnAroundMilliseconds?: number | undefined
  /** Of headers: empty where the request had none. */
  readonly referrer?: string | undefined
  readonly userAgent?: string | undefined
  readonly versionId?: string | undefined
  readonly hostId?: string | undefined
  readonly signatureVersion?: string | undefined
  readonly cipherSuite?: string | undefined
  readonly authenticationType?: string | undefined
  readonly host?: string | undefined
  readonly tlsVersion?: string | undefined
  readonly accessPointArn?: string | undefined
  readonly aclRequired?: boolean | undefined
}

const NONE = '-'

/**
 * The line, with its end. Whatever a request says, it stays within its field: what could end a field or the line is
 * percent-encoded. Fields that are quoted may have spaces, and nothing else has.
 */
export function accessLogLine(record: AccessRecord): string {
  const fields = [
    bare(record.bucketOwner),
    bare(record.bucketName),
    timeText(record.at),
    bare(record.remoteAddress),
    bare(record.requester),
    bare(record.requestId),
    bare(record.operation),
    keyText(record.operation, record.key),
    quoted(record.requestLine),
    numberText(record.status),
    bare(record.errorCode),
    // Source: the same page: "or - if zero".
    numberText(record.sentBytes || undefined),
    numberText(record.objectBytes),
    numberText(record.totalMilliseconds),
    numberText(record.turnAroundMilliseconds),
    quoted(record.referrer),
    quoted(record.userAgent),
    bare(record.versionId),
    bare(record.hostId),
    bare(record.signatureVersion),
    bare(record.cipherSuite),
    bare(record.authenticationType),
    bare(record.host),
    bare(record.tlsVersion),
    bare(record.accessPointArn),
    record.aclRequired ? 'Yes' : NONE,
    // The region that a request comes from is known of addresses of AWS alone.
    NONE,
  ]
  return `${fields.join(' ')}\n`
}

function bare(text: string | undefined): string {
  return text ? text.replaceAll(/[^\x21\x23-\x7e]+/g, percentEncoded) : NONE
}

function quoted(text: string | undefined): string {
  if (text === undefined) return NONE
  return `"${text === '' ? NONE : text.replaceAll(/[^\x20\x21\x23-\x7e]+/g, percentEncoded)}"`
}

function numberText(number: number | undefined): string {
  return number === undefined ? NONE : String(Math.max(0, Math.round(number)))
}

/** Records of what S3 does itself: for keys of a batch, and by lifecycle rules. */
const INNER = /^(BATCH|S3)\./

/**
 * Keys are percent-encoded twice, those of batches and lifecycle rules once. A key that is a dash is told from none.
 */
function keyText(operation: string, key: string | undefined): string {
  // The page of a website that stands for the whole of it has an empty one.
  if (!key) return NONE
  const once = key === NONE ? '%2D' : key.replaceAll(/[^A-Za-z0-9._~/-]+/g, percentEncoded)
  return INNER.test(operation) ? once : once.replaceAll('%', '%25')
}

function percentEncoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex').toUpperCase().replaceAll(/../g, '%$&')
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `[06/Feb/2019:00:00:38 +0000]` */
function timeText(at: Date): string {
  const text = at.toISOString()
  const month = MONTHS[at.getUTCMonth()]
  return `[${text.slice(8, 10)}/${month}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000]`
}
