import { readJson } from '../../base/read-json.ts'
import { type Elements, eitherOf, statementElements, textsOf } from './elements.ts'
import type { Policy } from './policy.ts'

/** What a policy says of a service as a whole. */
export interface ServiceAccess {
  /** That some of its actions are allowed, on something. */
  readonly allowsSome: boolean
  /** That all of its actions are denied, on everything and in any case. */
  readonly deniesAll: boolean
}

/** Whether policies together allow anything. */
export function allowAny(said: readonly ServiceAccess[]): boolean {
  return said.some(({ allowsSome }) => allowsSome) && !said.some(({ deniesAll }) => deniesAll)
}

/** The actions of a statement, in lower case. */
interface SaidActions {
  readonly effect: unknown
  readonly texts: readonly string[]
  readonly negated: boolean
  readonly isAlways: boolean
}

/**
 * Of the text of an identity policy, which is read once for all that are asked about. `service`: the prefix of its actions, for example
 * `s3`, whether or not there are any here.
 */
export function serviceAccess(text: string): (service: string) => ServiceAccess {
  const statements = statementElements(readJson(text) as Elements).map(saidActions)
  return (service) => {
    const name = service.toLowerCase()
    return {
      allowsSome: statements.some((said) => said.effect === 'Allow' && hasSome(said, name)),
      deniesAll: statements.some((said) => said.effect === 'Deny' && said.isAlways && hasAll(said, name)),
    }
  }
}

function saidActions(statement: Elements): SaidActions {
  const { value, negated } = eitherOf(statement, 'Action')
  const { Effect: effect, Condition, Resource } = statement
  const texts = (textsOf(value) ?? []).map((text) => text.toLowerCase())
  const isAlways = Condition === undefined && (textsOf(Resource) ?? []).includes('*')
  return { effect, texts, negated, isAlways }
}

function hasSome({ texts, negated }: SaidActions, service: string): boolean {
  return negated ? !texts.some((text) => isAllOf(text, service)) : texts.some((text) => isOf(text, service))
}

function hasAll({ texts, negated }: SaidActions, service: string): boolean {
  return negated ? !texts.some((text) => isOf(text, service)) : texts.some((text) => isAllOf(text, service))
}

/** Prefixes have no wildcards. */
function isOf(action: string, service: string): boolean {
  return action === '*' || action.startsWith(`${service}:`)
}

function isAllOf(action: string, service: string): boolean {
  return isOf(action, service) && /^(?:[^:]*:)?\*+$/.test(action)
}

/** The same of one action of a service, for example `s3:CreateBucket`. */
export function actionAccess({ text, statements }: Policy): (action: string) => ServiceAccess {
  const said = statementElements(readJson(text) as Elements).map(saidActions)
  return (action) => {
    const name = action.toLowerCase()
    const about = said.filter((_, index) => statements[index]?.action.matches(name))
    return {
      allowsSome: about.some(({ effect }) => effect === 'Allow'),
      deniesAll: about.some(({ effect, isAlways }) => effect === 'Deny' && isAlways),
    }
  }
}
