import { ApiError } from './api-error.ts'
import { streamMessages } from './event-stream.ts'
import type { ObjectName } from './object-details.ts'
import { send } from './send.ts'
import { objectPath } from './uri-encoding.ts'
import { S3_NAMESPACE, xmlEscape } from './xml.ts'

/** How the bytes of an object are records. */
export interface QueryFormat {
  readonly kind: 'csv' | 'tsv' | 'lines' | 'document' | 'parquet'
  readonly compression: 'NONE' | 'GZIP' | 'BZIP2'
  /** Whether the first line of a table names the columns. */
  readonly hasNames: boolean
}

/** Names of columns and what is in them, as texts. */
export type SelectedRecord = ReadonlyMap<string, string>

export interface Selected {
  readonly records: readonly SelectedRecord[]
  /** Whether there are more than were asked for. */
  readonly isCut: boolean
}

/** The first records that a query selects. */
export async function selectRecords(
  { bucket, key }: ObjectName,
  query: { readonly expression: string; readonly format: QueryFormat; readonly most: number },
  signal?: AbortSignal,
): Promise<Selected> {
  const body = `<SelectObjectContentRequest xmlns="${S3_NAMESPACE}"><Expression>${xmlEscape(query.expression)}</Expression><ExpressionType>SQL</ExpressionType><InputSerialization>${inputXml(query.format)}</InputSerialization><OutputSerialization><JSON/></OutputSerialization></SelectObjectContentRequest>`
  const path = objectPath(bucket, key)
  const response = await send({
    method: 'POST',
    path,
    query: { select: '', 'select-type': '2' },
    body,
    signal,
  })
  const records: SelectedRecord[] = []
  for await (const line of response.body ? recordLines(response.body) : []) {
    if (records.length === query.most) return { records, isCut: true }
    records.push(recordOf(line))
  }
  return { records, isCut: false }
}

function inputXml({ kind, compression, hasNames }: QueryFormat): string {
  const names = `<FileHeaderInfo>${hasNames ? 'USE' : 'NONE'}</FileHeaderInfo>`
  const format = {
    csv: `<CSV>${names}</CSV>`,
    tsv: `<CSV>${names}<FieldDelimiter>&#9;</FieldDelimiter></CSV>`,
    lines: '<JSON><Type>LINES</Type></JSON>',
    document: '<JSON><Type>DOCUMENT</Type></JSON>',
    parquet: '<Parquet/>',
  }[kind]
  return `<CompressionType>${compression}</CompressionType>${format}`
}

/** A message may end within a record. */
async function* recordLines(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const { headers, payload } of streamMessages(body)) {
    if (headers.get(':message-type') === 'error')
      throw new ApiError(400, headers.get(':error-code') ?? '', headers.get(':error-message') ?? '')
    if (headers.get(':event-type') !== 'Records') continue
    const lines = (rest + decoder.decode(payload, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

function recordOf(line: string): SelectedRecord {
  // Numbers as they stand there: a browser's own have fewer digits.
  const value: unknown = JSON.parse(line, (_, member: unknown, context?: { readonly source?: string }) =>
    typeof member === 'number' ? (context?.source ?? member) : member,
  )
  return new Map(Object.entries(value as object).map(([name, member]) => [name, textOf(member)]))
}

function textOf(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
