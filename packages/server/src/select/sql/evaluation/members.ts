import { violated } from '../../../base/assert.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { isList, isStruct } from '../../values/kind.ts'
import type { Struct, Value } from '../../values/value.ts'
import type { Name, PathStep } from '../path.ts'
import type { Evaluate } from './compiled.ts'

type Step = (value: Value) => Value

/** So few members are as fast looked through as looked up. */
const FEW_MEMBERS = 16
/** Of a large struct its names in lower case, and whether two of them are the same: made when first asked for. */
const foldedNames = new WeakMap<Struct, ReadonlyMap<string, string | undefined>>()

/** What is there behind the steps from a row; MISSING where nothing is. */
export function valueAlong<Row>(row: Evaluate<Row>, steps: readonly PathStep[]): Evaluate<Row> {
  const [first, second, ...others] = steps.map(stepOf)
  if (first === undefined) return row
  if (second === undefined) return (record) => first(row(record))
  return (record) => {
    let value = second(first(row(record)))
    for (const step of others) value = step(value)
    return value
  }
}

function stepOf(step: PathStep): Step {
  switch (step.kind) {
    case 'index': {
      const { index } = step
      return (value) => (isList(value) ? value[index] : undefined)
    }
    case 'name':
      return memberStep(step.name)
    case 'everyElement':
    case 'everyMember':
      return violated('a wildcard in an expression')
  }
}

function memberStep({ text, isQuoted }: Name): Step {
  if (isQuoted) return (value) => (isStruct(value) ? value.get(text) : undefined)
  const lower = text.toLowerCase()
  // No letter beyond ASCII is one of ASCII in lower case and another length.
  const hasLength = /^[\x20-\x7e]*$/.test(lower) ? lower.length : undefined
  return (value) => {
    if (!isStruct(value)) return undefined
    if (value.size > FEW_MEMBERS) return memberOfLarge(value, lower)
    let found: string | undefined
    for (const name of value.keys()) {
      if (hasLength !== undefined && name.length !== hasLength) continue
      if (name !== text && name.toLowerCase() !== lower) continue
      if (found !== undefined) throw new S3Error('AmbiguousFieldName')
      found = name
    }
    return found === undefined ? undefined : value.get(found)
  }
}

function memberOfLarge(struct: Struct, lower: string): Value {
  let folded = foldedNames.get(struct)
  if (folded === undefined) foldedNames.set(struct, (folded = foldNames(struct)))
  if (!folded.has(lower)) return undefined
  const name = folded.get(lower)
  if (name === undefined) throw new S3Error('AmbiguousFieldName')
  return struct.get(name)
}

function foldNames(struct: Struct): ReadonlyMap<string, string | undefined> {
  const folded = new Map<string, string | undefined>()
  for (const name of struct.keys()) {
    const lower = name.toLowerCase()
    folded.set(lower, folded.has(lower) ? undefined : name)
  }
  return folded
}
