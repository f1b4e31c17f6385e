import type { CompletedPart } from '@aws-sdk/client-s3'
import { ParameterError } from '../check-parameters.ts'

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
  readonly parameters: object
  readonly sizeBytes: number
  readonly modified: string | undefined
  readonly partSizeBytes: number
}

/** An upload begun earlier: its id and the parts that are done. */
export interface RecordedUpload extends Pick<UploadIdentity, 'bucket' | 'key'> {
  readonly uploadId: string
  readonly parts: CompletedPart[]
}

/** What the first line of every record begins with. */
const START = '{"bucket":'

/**
 * Reads a record; a line that a crash has cut is taken out of it. Throws {@link ParameterError} where there is something that is
 * no record, which might be dear to somebody.
 */
export async function readRecord(store: RecordStore): Promise<RecordedUpload | undefined> {
  const text = (await store.read()) ?? ''
  if (!(text.startsWith(START) || START.startsWith(text)))
    throw new ParameterError('What is at the place of the record to resume from is no record of an upload')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole !== text) {
    // The next one would go on in it.
    await store.remove()
    await store.append(whole)
  }
  const [header, ...lines] = whole.split('\n').slice(0, -1)
  if (header === undefined) return undefined
  return {
    ...(JSON.parse(header) as RecordedUpload),
    parts: lines.map((line) => JSON.parse(line) as CompletedPart),
  }
}

/** Whether the record is of exactly this upload. */
export function isSameUpload(recorded: RecordedUpload, identity: UploadIdentity): boolean {
  const { uploadId, parts } = recorded
  return JSON.stringify(recorded) === JSON.stringify({ ...identity, uploadId, parts })
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
