import type { Bounds, QueryMember, QueryMembers, QueryModel, QueryValue } from '../model/query-model.ts'
import { QueryError } from '../model/query-error.ts'
import type { ParsedQuery } from './query.ts'
import { parseIsoDate } from './timestamps.ts'
import { itemsOf, type QueryNode, queryTree } from './query-tree.ts'

/**
 * The input of an operation from its parameters; those that it has not are passed over, as AWS does. Throws QueryError:
 * ValidationError that tells of every constraint that does not hold, MalformedInput for what is no value of its type.
 */
export function decodeQueryInput(
  model: QueryModel,
  members: QueryMembers,
  parameters: ParsedQuery,
): Readonly<Record<string, unknown>> {
  const decoder = new Decoder(model)
  const input = decoder.members(queryTree(parameters), members, '')
  decoder.refuseUnlessValid()
  return input
}

class Decoder {
  readonly #model: QueryModel
  readonly #faults: string[] = []

  constructor(model: QueryModel) {
    this.#model = model
  }

  refuseUnlessValid(): void {
    const count = this.#faults.length
    if (count === 0) return
    const detected = `${count} validation error${count === 1 ? '' : 's'} detected`
    throw new QueryError('ValidationError', `${detected}: ${this.#faults.join('; ')}`)
  }

  members(node: QueryNode, members: QueryMembers, path: string): Record<string, unknown> {
    const read: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(members)) {
      const child = node.children.get(name)
      const at = joined(path, name.charAt(0).toLowerCase() + name.slice(1))
      if (child) read[name] = this.#value(child, member, at)
      else if (member.required) this.#fault(member, 'null', at, 'not be null')
    }
    return read
  }

  #value(node: QueryNode, model: QueryMember, path: string): unknown {
    if (model.list) return this.#list(node, model, model.list, path)
    if (model.map) return this.#map(node, model.map, path)
    if (model.structure !== undefined) {
      return this.members(node, this.#model.structures[model.structure] ?? {}, path)
    }
    return this.#scalar(node.value ?? '', model, path)
  }

  #list(node: QueryNode, model: QueryMember, item: QueryValue, path: string): unknown[] {
    const items = itemsOf(node, 'member')
    this.#hold(items.length, model, model, '[…]', path, 'length')
    return items.map((child, index) => this.#value(child, item, `${path}.${index + 1}.member`))
  }

  #map(node: QueryNode, model: QueryValue, path: string): Record<string, unknown> {
    const entries = itemsOf(node, 'entry').map((entry): [string, unknown] => {
      const value = entry.children.get('value')
      return [entry.children.get('key')?.value ?? '', value && this.#value(value, model, path)]
    })
    return Object.fromEntries(entries)
  }

  #scalar(text: string, model: QueryMember, path: string): unknown {
    switch (model.type) {
      case 'boolean':
        if (text !== 'true' && text !== 'false') throw malformed(path, 'a boolean')
        return text === 'true'
      case 'integer':
        if (!/^-?\d{1,10}$/.test(text)) throw malformed(path, 'an integer')
        this.#hold(Number(text), model, model, `'${text}'`, path, 'value')
        return Number(text)
      case 'timestamp': {
        const time = parseIsoDate(text)
        if (!time) throw malformed(path, 'a timestamp')
        return time
      }
      case 'blob':
        return Buffer.from(text, 'base64')
      case undefined:
        return this.#text(text, model, path)
    }
  }

  #text(text: string, model: QueryMember, path: string): string {
    const shown = `'${text}'`
    const values = model.enum === undefined ? undefined : this.#model.enums[model.enum]
    if (values && !values.includes(text)) {
      this.#fault(model, shown, path, `satisfy enum value set: [${values.join(', ')}]`)
    }
    if (model.pattern !== undefined && !expression(model.pattern).test(text)) {
      this.#fault(model, shown, path, `satisfy regular expression pattern: ${model.pattern}`)
    }
    this.#hold(text.length, model, model, shown, path, 'length')
    return text
  }

  #hold(
    size: number,
    { least = 0, most = Number.POSITIVE_INFINITY }: Bounds,
    member: QueryMember,
    shown: string,
    path: string,
    what: 'length' | 'value',
  ): void {
    if (size > most) this.#fault(member, shown, path, `have ${what} less than or equal to ${most}`)
    if (size < least) this.#fault(member, shown, path, `have ${what} greater than or equal to ${least}`)
  }

  #fault({ sensitive }: QueryMember, shown: string, path: string, rule: string): void {
    const value = sensitive ? '' : ` ${shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown}`
    this.#faults.push(`Value${value} at '${path}' failed to satisfy constraint: Member must ${rule}`)
  }
}

/** Of a value in an error. */
const MOST_SHOWN = 256

const expressions = new Map<string, RegExp>()

/** Of the model only, so they are few. All of them are read in a time that grows with the text's length alone. */
function expression(pattern: string): RegExp {
  let found = expressions.get(pattern)
  if (!found) expressions.set(pattern, (found = new RegExp(`^(?:${pattern})$`, 'u')))
  return found
}

function malformed(path: string, what: string): QueryError {
  return new QueryError('MalformedInput', `The value at '${path}' is not ${what}.`)
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
