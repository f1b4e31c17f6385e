import { QueryError } from '../model/query-error.ts'
import type { ParsedQuery } from './query.ts'

/** Parameters of the Query protocol, their names taken apart at the dots: `Tags.member.1.Key`. */
export interface QueryNode {
  value?: string
  readonly children: Map<string, QueryNode>
}

/** Deeper than any member of any operation lies. */
const MOST_DEPTH = 16

export function queryTree(parameters: ParsedQuery): QueryNode {
  const root: QueryNode = { children: new Map() }
  for (const [name, value] of parameters) place(root, name, value)
  return root
}

function place(root: QueryNode, name: string, value: string): void {
  const steps = name.split('.', MOST_DEPTH + 1)
  if (steps.length > MOST_DEPTH)
    throw new QueryError('MalformedInput', 'The name of a parameter is too deep.')
  let node = root
  for (const step of steps) {
    let child = node.children.get(step)
    if (!child) node.children.set(step, (child = { children: new Map() }))
    node = child
  }
  node.value = value
}

/** The items of a list or a map, by their numbers, however those are ordered and whatever is left out between them. */
export function itemsOf(node: QueryNode, name: 'member' | 'entry'): QueryNode[] {
  const items = [...(node.children.get(name)?.children ?? [])].map(([text, item]) => {
    if (!/^[1-9]\d{0,8}$/.test(text))
      throw new QueryError('MalformedInput', `${name} is not numbered from 1.`)
    return [Number(text), item] as const
  })
  return items.sort(([a], [b]) => a - b).map(([, item]) => item)
}
