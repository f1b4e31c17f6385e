/** The fields of a record in their order. Source: S3 User Guide, "Amazon S3 server access log format". */
const FIELDS = [
  'bucketOwner',
  'bucket',
  'time',
  'remoteIp',
  'requester',
  'requestId',
  'operation',
  'key',
  'requestUri',
  'status',
  'errorCode',
  'bytesSent',
  'objectSize',
  'totalTime',
  'turnAroundTime',
  'referrer',
  'userAgent',
  'versionId',
  'hostId',
  'signatureVersion',
  'cipherSuite',
  'authenticationType',
  'hostHeader',
  'tlsVersion',
  'accessPointArn',
  'aclRequired',
  'sourceRegion',
] as const

export type ParsedRecord = Readonly<Record<(typeof FIELDS)[number], string>>

/** A time in brackets, a text in quotes, or anything without a space. */
const FIELD = /\[[^\]]*\]|"[^"]*"|[^ "]+/y

/** Reads a log object as its users do; throws where a line has not exactly the fields that the format says. */
export function parseLog(text: string): ParsedRecord[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw new Error('the last record has no line end')
  return text.slice(0, -1).split('\n').map(parseRecord)
}

export function parseRecord(line: string): ParsedRecord {
  const values: string[] = []
  FIELD.lastIndex = 0
  while (FIELD.lastIndex <= line.length) {
    const start = FIELD.lastIndex
    const [value] = FIELD.exec(line) ?? []
    if (value === undefined) throw new Error(`no field at ${start} of ${line}`)
    values.push(value.startsWith('"') ? value.slice(1, -1) : value)
    if (start + value.length === line.length) break
    if (line[start + value.length] !== ' ') throw new Error(`a field does not end: ${line}`)
    FIELD.lastIndex = start + value.length + 1
  }
  if (values.length !== FIELDS.length) throw new Error(`${values.length} fields: ${line}`)
  return Object.fromEntries(FIELDS.map((name, at) => [name, values[at] ?? ''])) as ParsedRecord
}
