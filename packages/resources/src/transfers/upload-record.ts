import type { CompletedPart } from '@aws-sdk/client-s3'

/** Where the record of an upload is kept, line by line. In Node a path does; elsewhere give your own. */
export interface RecordStore {
  /** All that was appended; `undefined` where there is no record. */
  read(): Promise<string | undefined>
  append(text: string): Promise<void>
  remove(): Promise<void>
}

/** What is being uploaded, in the form of the record's first line. All of it must agree for the upload to go on. */
export interface UploadIdentity {
  readonly bucket: string
  readonly key: string
  readonly sizeBytes: number
  readonly modified: string | undefined
  readonly partSizeBytes: number
}

/** An upload begun earlier: its id and the parts that are done. */
export interface RecordedUpload {
  readonly uploadId: string
  readonly parts: CompletedPart[]
}

/** Reads the record of exactly this upload. A line that a crash has cut is left out. */
export async function readRecord(
  store: RecordStore,
  identity: UploadIdentity,
): Promise<RecordedUpload | undefined> {
  const [header, ...lines] = ((await store.read()) ?? '').split('\n').slice(0, -1)
  if (header === undefined) return undefined
  const { uploadId, ...recorded } = JSON.parse(header) as UploadIdentity & { uploadId: string }
  if (JSON.stringify(recorded) !== JSON.stringify(identity)) return undefined
  return { uploadId, parts: lines.map((line) => JSON.parse(line) as CompletedPart) }
}

/** Begins a record. */
export async function beginRecord(
  store: RecordStore,
  identity: UploadIdentity,
  uploadId: string,
): Promise<void> {
  await store.remove()
  await store.append(`${JSON.stringify({ ...identity, uploadId })}\n`)
}

/** Adds a part that the service has. */
export function recordPart(store: RecordStore, part: CompletedPart): Promise<void> {
  return store.append(`${JSON.stringify(part)}\n`)
}
