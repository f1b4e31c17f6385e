import { isObject } from '../base/is-object.ts'
import { invalidRequest } from './administration-error.ts'
import { readJsonBody } from './read-json-body.ts'

type Kind = 'text' | 'optional text' | 'optional number'

type Member<Of extends Kind> = Of extends 'text'
  ? string
  : (Of extends 'optional text' ? string : number) | undefined

type Members<Shape extends Readonly<Record<string, Kind>>> = {
  readonly [Name in keyof Shape]: Member<Shape[Name]>
}

/**
 * The members of a JSON object that a request brings. Throws InvalidRequest, which never quotes a value: it may be a secret. What is
 * not known is refused, so that nobody believes in it.
 */
export function readMembers<const Shape extends Readonly<Record<string, Kind>>>(
  body: Uint8Array,
  shape: Shape,
): Members<Shape> {
  const value = readJsonBody(body)
  if (!isObject(value)) throw invalidRequest('The body has to be a JSON object')
  const strange = Object.keys(value).find((name) => !Object.hasOwn(shape, name))
  if (strange !== undefined) {
    throw invalidRequest(`There is no member of that name; there are ${Object.keys(shape).join(', ')}`)
  }
  for (const [name, kind] of Object.entries(shape)) assertKind(name, kind, value[name])
  return value as Members<Shape>
}

function assertKind(name: string, kind: Kind, value: unknown): void {
  if (value === undefined) {
    if (kind === 'text') throw invalidRequest(`${name} is missing`)
  } else if (kind === 'optional number') {
    if (typeof value !== 'number') throw invalidRequest(`${name} has to be a number`)
  } else if (typeof value !== 'string' || value === '') {
    throw invalidRequest(`${name} has to be a text that is not empty`)
  }
}
