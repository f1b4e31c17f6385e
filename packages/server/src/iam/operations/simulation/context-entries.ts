import type { ContextKeys } from '../../../access/request-context.ts'
import type { ContextEntry } from '../../../model/iam-types.gen.ts'
import { invalidInput } from '../../shared/invalid-input.ts'

/** What a value of each type looks like; of a list, each of its values. */
const VALUES: Readonly<Record<string, (text: string) => boolean>> = {
  string: () => true,
  numeric: (text) => /^[+-]?\d+(?:\.\d+)?$/.test(text),
  boolean: (text) => /^(?:true|false)$/i.test(text),
  ip: (text) => /^[\d.]+(?:\/\d{1,2})?$|^[\da-f:.]+(?:\/\d{1,3})?$/i.test(text),
  binary: (text) => /^[A-Za-z\d+/]*={0,2}$/.test(text),
  date: (text) => !Number.isNaN(Date.parse(text)) || /^\d{1,12}$/.test(text),
}

/** The condition keys that come with a request. Throws InvalidInput where a value is none of its type. */
export function contextOf(entries: readonly ContextEntry[] = []): ContextKeys {
  return Object.fromEntries(entries.map(keyOf))
}

function keyOf({
  ContextKeyName: name,
  ContextKeyValues: values = [],
  ContextKeyType: type = 'string',
}: ContextEntry) {
  if (name === undefined) throw invalidInput('Each of ContextEntries needs a ContextKeyName.')
  const isList = type.endsWith('List')
  const isValue = VALUES[isList ? type.slice(0, -'List'.length) : type]
  if (!isList && values.length !== 1)
    throw invalidInput(`${name} is of the type ${type}, which has one value.`)
  if (isValue && values.every(isValue)) return [name, values] as const
  throw invalidInput(`A value of ${name} is not of the type ${type}.`)
}
