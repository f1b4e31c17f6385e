import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { bucketNameOfArn, objectOfArn } from '../../model/bucket-arn.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { JobManifest } from '../../model/types.gen.ts'
import { fieldsOf, linesOf, type ReadingLimits } from './csv-lines.ts'
import type { FoundTasks } from './found-tasks.ts'
import { type JobSession, performAs } from './perform-as.ts'

/** Three times a key of 1,024 bytes, percent-encoded, and whatever else an inventory tells of an object. */
const MOST_LINE_CHARACTERS = 65_536
const MOST_INVENTORY_BYTES = 8 * 1024 * 1024
/** Of all files of a manifest, unpacked. Ours, as the most tasks of a job: a few bytes may be packed from any length. */
const MOST_BYTES = 8 * 1024 * 1024 * 1024

/** The objects that a manifest names, in its order. Throws what S3 answers, or InvalidRequest for what is none. */
export async function* manifestTasks(session: JobSession, manifest: JobManifest): FoundTasks {
  const limits = { mostBytes: MOST_BYTES, mostLineCharacters: MOST_LINE_CHARACTERS }
  const { Spec, Location } = manifest
  const { bucketName: Bucket = '', key: Key = '' } = objectOfArn(Location.ObjectArn) ?? {}
  const input = { Bucket, Key, VersionId: Location.ObjectVersionId, IfMatch: Location.ETag }
  const bytes = await bytesOf(session, input)
  if (Spec.Format !== 'S3InventoryReport_CSV_20161130') {
    yield* tasksOf(bytes, Spec.Fields ?? [], limits)
    return
  }
  const { files, fields, bucket } = inventoryOf(await collected(bytes))
  for (const { key } of files) {
    const file = await bytesOf(session, { Bucket: bucket, Key: key })
    yield* tasksOf(gunzipped(file), fields, limits)
    // There may be very many of them with nothing in them.
    yield undefined
  }
}

/** A pipe reads ahead, and chunks of a body are lent: each is copied. */
async function* gunzipped(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const compressed = Readable.from(kept(file))
  const gunzip = createGunzip()
  compressed.on('error', (error) => gunzip.destroy(error))
  compressed.pipe(gunzip)
  try {
    for await (const bytes of gunzip) yield bytes as Uint8Array
  } finally {
    compressed.destroy()
    gunzip.destroy()
  }
}

async function* kept(lent: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of lent) yield Buffer.from(chunk)
}

async function bytesOf(
  session: JobSession,
  input: {
    readonly Bucket: string
    readonly Key: string
    readonly VersionId?: string | undefined
    readonly IfMatch?: string
  },
): Promise<AsyncIterable<Uint8Array>> {
  const { Body } = await performAs(session, 'GetObject', input)
  if (typeof Body === 'string' || Body instanceof Uint8Array) return Readable.from([Buffer.from(Body)])
  return Body ?? Readable.from([])
}

async function* tasksOf(
  bytes: AsyncIterable<Uint8Array>,
  fields: readonly string[],
  limits: ReadingLimits,
): FoundTasks {
  const [bucketAt, keyAt, versionAt] = ['Bucket', 'Key', 'VersionId'].map((name) => fields.indexOf(name))
  try {
    for await (const line of linesOf(bytes, limits)) {
      if (line === undefined) {
        yield undefined
        continue
      }
      const values = fieldsOf(line.trimEnd())
      const bucket = values?.[bucketAt ?? -1]
      const key = values?.[keyAt ?? -1]
      if (!bucket || !key) throw invalidManifest(`A line has no bucket and key: ${line.slice(0, 100)}`)
      const version = values?.[versionAt ?? -1]
      yield version ? [bucket, decodedKey(key), version] : [bucket, decodedKey(key)]
    }
  } catch (cause) {
    throw isOfText(cause) ? invalidManifest('The manifest cannot be read', cause) : cause
  }
}

/** Whether it is what stands in the manifest that is wrong, and not how it was read. */
function isOfText(error: unknown): boolean {
  if (error instanceof URIError || error instanceof RangeError) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

/** Source: S3 User Guide, "Specifying a manifest": keys are URL-encoded. */
function decodedKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '))
}

interface Inventory {
  readonly bucket: string
  readonly fields: readonly string[]
  readonly files: readonly { readonly key: string }[]
}

/** Source: S3 User Guide, "Inventory manifest". */
function inventoryOf(text: string): Inventory {
  try {
    const { destinationBucket, fileFormat, fileSchema, files } = JSON.parse(text) as Record<string, unknown>
    const bucket = bucketNameOfArn(String(destinationBucket))
    const isOfFiles =
      Array.isArray(files) && files.every((file: { key?: unknown }) => typeof file.key === 'string')
    if (bucket !== undefined && fileFormat === 'CSV' && isOfFiles)
      return { bucket, fields: String(fileSchema).split(/,\s*/), files: files as Inventory['files'] }
  } catch (cause) {
    throw invalidManifest('The manifest of the inventory is no JSON', cause)
  }
  throw invalidManifest('The manifest is not that of an inventory of CSV')
}

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of kept(bytes)) {
    size += piece.length
    if (size > MOST_INVENTORY_BYTES) throw invalidManifest('The manifest of the inventory is too large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

function invalidManifest(message: string, cause?: unknown): S3Error {
  return new S3Error('InvalidRequest', {}, { message, cause })
}
