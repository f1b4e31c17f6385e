import { errorIn } from '../import/s3-source.ts'
import { SourceError } from '../import/source-error.ts'
import { childrenOf, textOf } from '../import/xml-elements.ts'
import type { ListedPart, ObjectRow } from '../metadata/tables/rows.ts'
import { checksumAlgorithm, headerName } from '../model/upload-checksum.ts'
import { readXml } from '../protocol/xml-reader.ts'
import type { OutgoingVersion } from '../s3/operations/replication/remote-bucket.ts'
import { ReplicationFailure } from '../s3/operations/replication/replication-failure.ts'
import { type Headers, namedChecksum } from './replica-headers.ts'
import { remoteFailure } from './remote-failure.ts'
import { REPLICA_HEADER } from '../s3/shared/replicating/replica-statement.ts'
import type { AskRemote } from './remote-request.ts'

export interface PartsToSend {
  readonly version: OutgoingVersion
  readonly row: ObjectRow
  readonly parts: readonly ListedPart[]
  /** Of the whole object. */
  readonly headers: Headers
  readonly isHoldfast: boolean
  readonly throttle: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
}

/** Of one object. Others are sent at the same time. */
const PARTS_AT_ONCE = 2

/**
 * Sends a version in the parts that it has, so that its ETag is the same, by an upload that is gone on with after a crash; resolves to
 * its id there.
 */
export async function sendParts(sending: PartsToSend, ask: AskRemote): Promise<string | undefined> {
  try {
    return await sendAll(sending, ask)
  } catch (error) {
    if (!isAnswer(error, 'PreconditionFailed') && !isAnswer(error, 'NoSuchUpload')) throw error
    await sending.version.remember(undefined)
    // The other Holdfast has it already; an upload that is gone is begun anew.
    return isAnswer(error, 'PreconditionFailed') ? undefined : sendAll(sending, ask)
  }
}

function isAnswer(error: unknown, code: string): boolean {
  return error instanceof Error && error.cause instanceof SourceError && error.cause.code === code
}

async function sendAll(sending: PartsToSend, ask: AskRemote): Promise<string | undefined> {
  const { version, parts } = sending
  const { key } = version
  const own = ownHeader(sending.headers)
  const before = await version.upload()
  const uploadId = before ?? (await begin(sending, ask))
  const there = before === undefined ? new Map<number, string>() : await listParts(key, uploadId, own, ask)
  const etags = new Map<number, string>()
  const waiting = [...parts]
  const sendNext = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const known = there.get(part.partNumber)
      etags.set(part.partNumber, known ?? (await sendPart(sending, uploadId, part, ask)))
    }
  }
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sendNext))
  const id = await complete(sending, uploadId, etags, ask)
  await version.remember(undefined)
  return id
}

/** What the other Holdfast has to see at every step: it decides by it who may do that. */
function ownHeader(headers: Headers): Headers {
  const own = headers[REPLICA_HEADER]
  return own === undefined ? {} : { [REPLICA_HEADER]: own }
}

async function begin({ version, row, headers, isHoldfast }: PartsToSend, ask: AskRemote): Promise<string> {
  const { key } = version
  const algorithm = namedChecksum(row, isHoldfast)
  const checksum: Headers =
    algorithm === undefined || !row.checksum
      ? {}
      : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': row.checksum.type }
  const query = { uploads: '' }
  const all = { ...headers, ...checksum }
  const { text } = await ask({ doing: 'begin', method: 'POST', key, query, headers: all })
  const uploadId = textOf(readXml(text), 'UploadId')
  if (uploadId === undefined) throw new ReplicationFailure('DstMultipartInitNotPermitted')
  await version.remember(uploadId)
  return uploadId
}

/** The entity tags of parts that came before, by their numbers. Who may not list them sends all again. */
async function listParts(
  key: string,
  uploadId: string,
  headers: Headers,
  ask: AskRemote,
): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  let marker: string | undefined = '0'
  try {
    while (marker !== undefined) {
      const query = { uploadId, 'part-number-marker': marker }
      const { text } = await ask({ doing: 'part', method: 'GET', key, query, headers })
      const page = readXml(text)
      for (const part of childrenOf(page, 'Part'))
        found.set(Number(textOf(part, 'PartNumber')), textOf(part, 'ETag') ?? '')
      marker = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextPartNumberMarker') : undefined
    }
  } catch (error) {
    if (!isAnswer(error, 'AccessDenied')) throw error
  }
  return found
}

function sendPart(
  { version, row, headers, isHoldfast, throttle }: PartsToSend,
  uploadId: string,
  { partNumber, startByte, sizeBytes, checksum }: ListedPart,
  ask: AskRemote,
): Promise<string> {
  const algorithm = namedChecksum(row, isHoldfast)
  const digest: Headers =
    algorithm === undefined || checksum === undefined
      ? {}
      : { [headerName(checksumAlgorithm(algorithm))]: checksum }
  return version.withBytes(startByte, startByte + sizeBytes, async (bytes) => {
    const answer = await ask({
      doing: 'part',
      method: 'PUT',
      key: version.key,
      query: { partNumber, uploadId },
      headers: { ...ownHeader(headers), ...digest },
      body: { bytes: throttle(bytes), sizeBytes },
    })
    return answer.headers['etag'] ?? ''
  })
}

async function complete(
  { version, row, parts, headers, isHoldfast }: PartsToSend,
  uploadId: string,
  etags: ReadonlyMap<number, string>,
  ask: AskRemote,
): Promise<string | undefined> {
  const named = namedChecksum(row, isHoldfast)
  const listed = parts.map(({ partNumber, checksum }) => {
    const known = named !== undefined && checksum !== undefined
    const digest = known ? `<Checksum${named}>${checksum}</Checksum${named}>` : ''
    return `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etags.get(partNumber)}</ETag>${digest}</Part>`
  })
  const answer = await ask({
    doing: 'complete',
    method: 'POST',
    key: version.key,
    query: { uploadId },
    headers: ownHeader(headers),
    body: Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`),
  })
  // An answer of 200 may be an error all the same. Source: S3 API Reference, CompleteMultipartUpload.
  const document = readXml(answer.text)
  if (document.name === 'Error') throw remoteFailure(errorIn(document, 500), 'complete')
  const id = answer.headers['x-amz-version-id']
  return id === 'null' ? undefined : id
}
