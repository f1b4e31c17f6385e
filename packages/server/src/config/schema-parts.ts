import * as z from 'zod'
import { member } from './members.ts'

/* What the schemas of all settings are made of. */

/** Says what was expected; what was found only where it is no secret. */
type Complaint = (issue: { readonly code?: string; readonly input?: unknown }) => string

export function expecting(form: string, options: { readonly secret?: boolean } = {}): Complaint {
  return ({ input }) => {
    if (input === undefined) return `is missing; expected ${form}`
    return options.secret ? `expected ${form}` : `expected ${form}, found ${inShort(input)}`
  }
}

/** For a discriminated union: an object whose "engine" says what else is in it. */
export function expectingEngine(engines: string): Complaint {
  return ({ code, input }) => {
    if (code === 'invalid_union') return expecting(engines)({ input: member(input, 'engine') })
    return expecting(`an object with an "engine" that is ${engines}`)({ input })
  }
}

/** The value as the person wrote it, cut short. */
function inShort(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

export function text(
  pattern: RegExp,
  form: string,
  options: { readonly secret?: boolean } = {},
): z.ZodString {
  const error = expecting(form, options)
  return z.string({ error }).regex(pattern, { error })
}

export function list<Item extends z.ZodType>(item: Item, form: string): z.ZodArray<Item> {
  return z.array(item, { error: expecting(form) })
}

/** An object with these members only. */
export function section<Shape extends z.ZodRawShape>(shape: Shape, form: string) {
  const unknownSetting = `no such setting; known here: ${Object.keys(shape).join(', ')}`
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownSetting : expecting(form)(issue)),
  })
}

export const aboveZero = z
  .number({ error: expecting('a number above 0') })
  .positive({ error: expecting('a number above 0') })

export const seconds = z
  .number({ error: expecting('a number of seconds above 0') })
  .positive({ error: expecting('a number of seconds above 0') })

export function whole(least: number): z.ZodNumber {
  const error = expecting(`a whole number from ${least} on`)
  return z.int({ error }).min(least, { error })
}
