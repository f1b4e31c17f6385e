import { S3Error } from '../../model/s3-error.ts'
import type { FieldRecord, Header, InputRecord, OutputRecord } from '../records/record.ts'
import type { Value } from '../values/value.ts'
import { isList, isStruct } from '../values/kind.ts'
import type { Name } from './path.ts'
import { prepareQuery, type QueryOptions } from './prepare-query.ts'

export const now = new Date('2017-10-13T16:02:11.123Z')

/** All that the query answers, each answer as an object; MISSING members are left out. */
export function ask(
  expression: string,
  records: readonly InputRecord[],
  inputKind: QueryOptions['inputKind'] = 'JSON',
): Record<string, Value>[] {
  const run = prepareQuery(expression, { inputKind, now }).start()
  const answers: (OutputRecord | undefined)[] = []
  for (const record of records) if (!run.isDone) answers.push(run.take(record))
  answers.push(run.finish())
  return answers.filter((answer) => answer !== undefined).map(objectOf)
}

/** Rows of CSV. */
export function askCsv(
  expression: string,
  lines: readonly string[],
  header?: string,
): Record<string, Value>[] {
  return ask(expression, rows(lines, header), 'CSV')
}

export function askJson(expression: string, values: readonly unknown[]): Record<string, Value>[] {
  return ask(
    expression,
    values.map((value) => ({ value: jsonValue(value) })),
  )
}

/** What the expression is, of no record in particular, as it is written in the documentation. */
export function valueOf(expression: string): string {
  const run = prepareQuery(`SELECT ${expression} FROM S3Object`, { inputKind: 'JSON', now }).start()
  return written(run.take({ value: new Map() })?.values[0])
}

export function written(value: Value): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'number') return `${value}e0`
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (isList(value)) return `[${value.map(written).join(', ')}]`
  if (!isStruct(value)) return value.toString()
  return `{${Array.from(value, ([name, member]) => `${name}: ${written(member)}`).join(', ')}}`
}

/** The code of the S3Error that it throws. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
  return undefined
}

export function rows(lines: readonly string[], header?: string): readonly FieldRecord[] {
  const names = header === undefined ? undefined : headerOf(header.split(','))
  return lines.map((line) => ({ fields: line.split(','), header: names }))
}

export function headerOf(names: readonly string[]): Header {
  return {
    names,
    positionOf: ({ text, isQuoted }: Name) => {
      const places = names.flatMap((name, at) => {
        const isSame = isQuoted ? name === text : name.toLowerCase() === text.toLowerCase()
        return isSame ? [at] : []
      })
      if (places.length > 1) throw new S3Error('AmbiguousFieldName')
      return places[0]
    },
  }
}

/** Whole numbers are ints, others floats. */
export function jsonValue(value: unknown): Value {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'string')
    return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(jsonValue)
  return new Map(Object.entries(value).map(([name, member]) => [name, jsonValue(member)]))
}

function objectOf({ names, values }: OutputRecord): Record<string, Value> {
  const members = names.map((name, at) => [name, plain(values[at])] as const)
  return Object.fromEntries(members.filter(([, value]) => value !== undefined))
}

/** Structs as objects, so that they are easily compared. */
function plain(value: Value): Value {
  if (isStruct(value)) {
    const members = Array.from(value, ([name, member]) => [name, plain(member)] as const)
    return Object.fromEntries(members) as unknown as Value
  }
  return isList(value) ? value.map(plain) : value
}
