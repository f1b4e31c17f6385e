import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import { answerTasks } from '../../base/answer-tasks.ts'
import { assert } from '../../base/assert.ts'
import type { ReportedValue } from './reported-version.ts'

/** A column of a file, as a schema has it. */
export interface ParquetColumn {
  readonly name: string
  readonly type: 'text' | 'boolean' | 'number' | 'time'
  readonly isRequired: boolean
}

/** What the thread is told: a file begins, has rows, ends. Rows come a column at a time. */
export type ParquetTask =
  | { readonly kind: 'begin'; readonly columns: readonly ParquetColumn[] }
  | { readonly kind: 'rows'; readonly values: readonly (readonly ReportedValue[])[] }
  | { readonly kind: 'end' }

const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  boolean: { type: 'BOOLEAN' },
  number: { type: 'INT64' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
} as const

/** Bytes that were written and not yet taken. */
class TakenWriter extends ByteWriter {
  take(): Uint8Array {
    const taken = this.getBytes().slice()
    this.index = 0
    return taken
  }
}

interface File {
  readonly columns: readonly ParquetColumn[]
  readonly bytes: TakenWriter
  readonly writer: ParquetWriter
}

let file: File | undefined

// The one who starts the thread gives it just these.
answerTasks((task) => answer(task as ParquetTask))

function answer(task: ParquetTask): Uint8Array {
  if (task.kind === 'begin') file = begin(task.columns)
  assert(file, 'a file began')
  if (task.kind === 'rows') writeRows(file, task.values)
  if (task.kind === 'end') void file.writer.finish()
  return file.bytes.take()
}

function begin(columns: readonly ParquetColumn[]): File {
  const bytes = new TakenWriter()
  const elements = columns.map(({ name, type, isRequired }) => ({
    name,
    repetition_type: isRequired ? ('REQUIRED' as const) : ('OPTIONAL' as const),
    ...TYPES[type],
  }))
  const schema = [{ name: 's3.inventory', num_children: columns.length }, ...elements]
  return { columns, bytes, writer: new ParquetWriter({ writer: bytes, schema, createdBy: 'Holdfast' }) }
}

/** One row group. */
function writeRows({ columns, writer }: File, values: readonly (readonly ReportedValue[])[]): void {
  const columnData = columns.map(({ name, type }, at): ColumnSource => {
    const column = values[at] ?? []
    return { name, data: type === 'number' || type === 'time' ? column.map(int64) : [...column] }
  })
  void writer.write({ columnData, rowGroupSize: values[0]?.length ?? 0 })
}

function int64(value: ReportedValue): bigint | undefined {
  return typeof value === 'number' ? BigInt(value) : undefined
}
