import { type Elements, eitherOf, statementElements, textsOf } from './elements.ts'

/** What a policy says of a service as a whole. */
export interface ServiceAccess {
  /** That some of its actions are allowed, on something. */
  readonly allowsSome: boolean
  /** That all of its actions are denied, on everything and in any case. */
  readonly deniesAll: boolean
}

/** Of the text of an identity policy. `service`: the prefix of its actions, for example `s3`, whether or not there are any here. */
export function serviceAccess(text: string, service: string): ServiceAccess {
  const name = service.toLowerCase()
  const statements = statementElements(text)
  return {
    allowsSome: statements.some((statement) => statement['Effect'] === 'Allow' && hasSome(statement, name)),
    deniesAll: statements.some(
      (statement) => statement['Effect'] === 'Deny' && isAlways(statement) && hasAll(statement, name),
    ),
  }
}

function hasSome(statement: Elements, service: string): boolean {
  const { texts, negated } = actionsOf(statement)
  return negated ? !texts.some((text) => isAllOf(text, service)) : texts.some((text) => isOf(text, service))
}

function hasAll(statement: Elements, service: string): boolean {
  const { texts, negated } = actionsOf(statement)
  return negated ? !texts.some((text) => isOf(text, service)) : texts.some((text) => isAllOf(text, service))
}

function isAlways({ Condition, Resource }: Elements): boolean {
  return Condition === undefined && (textsOf(Resource) ?? []).includes('*')
}

/** In lower case. */
function actionsOf(statement: Elements): { readonly texts: readonly string[]; readonly negated: boolean } {
  const { value, negated } = eitherOf(statement, 'Action')
  return { texts: (textsOf(value) ?? []).map((text) => text.toLowerCase()), negated }
}

/** Prefixes have no wildcards. */
function isOf(action: string, service: string): boolean {
  return action === '*' || action.startsWith(`${service}:`)
}

function isAllOf(action: string, service: string): boolean {
  return isOf(action, service) && /^(?:[^:]*:)?\*+$/.test(action)
}
