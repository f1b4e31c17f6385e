import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

/** How often each branch of the code under test was taken since the counters were last cleared. */
export const counters = new Uint32Array(1 << 16)
/** The words that stand in the code under test: what it compares its input with, more often than not. */
export const words = new Set<string>()

const CODE_UNDER_TEST = /\/packages\/server\/src\/[^?]*(?<!\.test|\.suite)\.ts$/
const LIBRARY_UNDER_TEST = /\/node_modules\/@fastify\/busboy\/[^?]*\.js$/
const WORD = /^[!-~]{2,40}$/
let used = 0

/** How many of the counters belong to a branch. */
export function countersUsed(): number {
  return used
}

/** From now on modules under test count their branches when they are loaded. */
export function instrumentModules(): void {
  Object.assign(globalThis, { fuzzCounters: counters })
  registerHooks({
    load(url, context, nextLoad) {
      const isOurs = CODE_UNDER_TEST.test(url)
      if (!isOurs && !LIBRARY_UNDER_TEST.test(url)) return nextLoad(url, context)
      const text = readFileSync(fileURLToPath(url), 'utf8')
      const source = withCounters(isOurs ? stripTypeScriptTypes(text) : text)
      return { format: isOurs ? 'module' : 'commonjs', source, shortCircuit: true }
    },
  })
}

/** Ends of branches: what is put in at them, in the order of the tree, so that those at one place nest rightly. */
type Insertion = readonly [at: number, text: string]

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

/** The same code with a counter at the beginning of each branch. */
export function withCounters(source: string): string {
  const { program } = parseSync('module.js', source)
  const insertions: Insertion[] = []
  visit(program, insertions)
  const ordered = insertions.map((insertion, order) => ({ insertion, order }))
  ordered.sort((a, b) => a.insertion[0] - b.insertion[0] || a.order - b.order)
  let result = ''
  let copied = 0
  for (const {
    insertion: [at, text],
  } of ordered) {
    result += source.slice(copied, at) + text
    copied = at
  }
  return result + source.slice(copied)
}

function visit(value: unknown, insertions: Insertion[]): void {
  if (Array.isArray(value)) for (const item of value) visit(item, insertions)
  if (!isNode(value)) return
  noteWord(value)
  const branches = branchesOf(value)
  for (const member of Object.values(value)) {
    if (isNode(member) && branches.includes(member)) visitBranch(member, insertions)
    else visit(member, insertions)
  }
}

/** A block counts as it begins; a lone statement gets a block of its own, an expression stands behind a comma. */
function visitBranch(node: Node, insertions: Insertion[]): void {
  const count = `fuzzCounters[${used++}]++`
  if (node.type === 'BlockStatement') {
    insertions.push([node.start + 1, `${count};`])
    visit(node, insertions)
    return
  }
  const [open, close] = node.type.endsWith('Statement') ? [`{${count};`, '}'] : [`(${count},`, ')']
  insertions.push([node.start, open])
  visit(node, insertions)
  insertions.push([node.end, close])
}

function branchesOf(node: Node): unknown[] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']]
    case 'LogicalExpression':
      return [node['right']]
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'CatchClause':
      return [node['body']]
    case 'SwitchCase':
      return (node['consequent'] as unknown[]).slice(0, 1)
    default:
      return []
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

function noteWord(node: Node): void {
  const text =
    node.type === 'Literal' ? node['value'] : (node['value'] as { cooked?: unknown } | undefined)?.cooked
  if (typeof text === 'string' && WORD.test(text)) words.add(text)
}
