import { parseSync, Visitor, type ParseResult } from 'oxc-parser'
import { posix } from 'node:path'
import { LAYERS, NAMES_TYPES_ABOVE, OWNERS, REACHES, STOCK } from './layers.ts'
import { type Complaint, lineAt, type SourceFile } from './source-file.ts'

const SOURCE = 'packages/server/src/'

/**
 * The rules of "What may import what" over the server's source: imports go down only, a room leaves
 * other rooms alone, only compose/ sees engines, and sockets, files, the clock, randomness and the environment are
 * each touched in one folder. Tests are free. (Cycles inside a folder are the linter's to find.)
 */
export function checkImports(files: readonly SourceFile[]): Complaint[] {
  return files
    .filter((file) => file.path.startsWith(SOURCE) && !/\.(test|suite|bench)\.ts$/.test(file.path))
    .flatMap(checkFile)
}

function checkFile(file: SourceFile): Complaint[] {
  const parsed = parseSync(file.path, file.text)
  const importer = file.path.slice(SOURCE.length)
  const imports = importsOf(parsed, file.text).map(({ name, start }) => ({
    start,
    message: judge(importer, name),
  }))
  const reaches = reachesOf(parsed).map(({ name, start }) => ({ start, message: judgeReach(importer, name) }))
  return [...imports, ...reaches].flatMap(({ start, message }) =>
    message === undefined ? [] : [{ path: file.path, line: lineAt(file.text, start), message }],
  )
}

/** Stands for the module of an `import()` that nobody can know before it runs. */
const NOT_LITERAL = '(computed)'

interface Found {
  readonly name: string
  readonly start: number
}

/** Every module that is named in an import, an export, an `import()` or a type. */
export function importsOf({ module, program }: ParseResult, text: string): Found[] {
  const found: Found[] = []
  const add = (name: string, start: number): void => void found.push({ name, start })
  for (const { moduleRequest } of module.staticImports) add(moduleRequest.value, moduleRequest.start)
  for (const { entries } of module.staticExports) {
    const [request] = entries.flatMap((entry) => entry.moduleRequest ?? [])
    if (request) add(request.value, request.start)
  }
  for (const {
    moduleRequest: { start, end },
  } of module.dynamicImports) {
    const quoted = /^(['"])(.*)\1$/.exec(text.slice(start, end))
    add(quoted?.[2] ?? NOT_LITERAL, start)
  }
  new Visitor({ TSImportType: (node) => add(node.source.value, node.start) }).visit(program)
  return found
}

/** Why `importer` (a path below src) may not import `name`, or `undefined` where it may. */
function judge(importer: string, name: string): string | undefined {
  if (name.startsWith('.')) return judgeOwn(importer, posix.join(posix.dirname(importer), name))
  return judgeForeign(importer, name)
}

function judgeForeign(importer: string, name: string): string | undefined {
  const folder = folderOf(importer)
  const owner = Object.entries(OWNERS).find(([known]) => name === known || name.startsWith(`${known}/`))?.[1]
  if (owner === undefined) {
    return name.startsWith('node:')
      ? undefined
      : `${name} is not a package of the server: see tools/check/layers.ts`
  }
  return owner === folder ? undefined : `only ${owner}/ imports ${name}`
}

function judgeOwn(importer: string, imported: string): string | undefined {
  const from = folderOf(importer)
  const to = folderOf(imported)
  const allowed = LAYERS[from]
  if (!allowed) return `tools/check/layers.ts does not know ${from}; say there what it may import`
  if (to !== from && !allowed.includes(to)) return `${from} must not import ${to}: imports go down only`
  if (isEngine(imported) && !isEngine(importer) && !importer.startsWith('compose/'))
    return 'only compose/ constructs engines'
  return judgeOperation(importer, imported) ?? judgeFloor(importer, imported)
}

/** Only its own room and the registry of its service know an operation. */
function judgeOperation(importer: string, imported: string): string | undefined {
  const room = /^((?:s3|iam|sts|kms)\/operations\/[\w-]+)\/[A-Z]\w*\.ts$/.exec(imported)?.[1]
  const isRegistry = /^(\w+)\/\1-operations\.ts$/.test(importer)
  if (room === undefined || room === posix.dirname(importer) || isRegistry) return undefined
  return `an operation of ${room}: what two rooms share moves to shared/`
}

/** Inside s3/: rooms stand on the stock and know no other room; a stock stands on those that {@link STOCK} allows it. */
function judgeFloor(importer: string, imported: string): string | undefined {
  const from = placeOf(importer)
  const to = placeOf(imported)
  if (!from || !to || from.name === to.name || importer === NAMES_TYPES_ABOVE) return undefined
  if (from.kind === 'operations')
    return to.kind === 'operations'
      ? `a room knows no other room: what ${to.name} shares moves to shared/`
      : undefined
  if (to.kind === 'operations') return `the stock knows no room: ${to.name} stands above it`
  const allowed = STOCK[from.name]
  if (!allowed)
    return `tools/check/layers.ts does not know the stock ${from.name}; say there what it may import`
  return allowed.includes(to.name) ? undefined : `the stock ${from.name} must not import ${to.name}`
}

/** `{ kind: 'operations', name: 'objects' }` of `s3/operations/objects/PutObject.ts`. */
function placeOf(path: string): { readonly kind: string; readonly name: string } | undefined {
  const [, kind, name] = /^s3\/(operations|shared)\/([\w-]+)\//.exec(path) ?? []
  return kind === undefined || name === undefined ? undefined : { kind, name }
}

/** `s3` of `s3/objects/PutObject.ts`, `index` of `index.ts`. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '')
}

function isEngine(path: string): boolean {
  return /^(metadata\/engines|blobs\/engines|encryption\/keys)\//.test(path)
}

/** Every expression that {@link REACHES} names. */
function reachesOf({ program }: ParseResult): Found[] {
  // By place: the two names of an import specifier may be one.
  const found = new Map<string, Found>()
  const add = (name: string, start: number): void => {
    if (Object.hasOwn(REACHES, name)) found.set(`${start} ${name}`, { name, start })
  }
  // A member that happens to have the name of a global, such as `socket.setTimeout`, is something else.
  const members = new Set<number>()
  new Visitor({
    MemberExpression({ object, property, computed, start }) {
      if (computed || property.type !== 'Identifier') return
      members.add(property.start)
      add(`${object.type === 'Identifier' ? object.name : ''}.${property.name}`, start)
      if (/random/i.test(property.name)) add(property.name, start)
    },
    // So is the name that a property is given; in `{ process }` it is the global as well.
    Property({ key, shorthand, computed }) {
      if (!computed && !shorthand && key.type === 'Identifier') members.add(key.start)
    },
    NewExpression({ callee, arguments: given, start }) {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0)
        add('new Date()', start)
    },
    Identifier({ name, start }) {
      if (!members.has(start)) add(name, start)
    },
  }).visit(program)
  return [...found.values()]
}

function judgeReach(importer: string, name: string): string | undefined {
  const reach = REACHES[name]
  if (!reach || reach.folders.includes(folderOf(importer))) return undefined
  return `only ${reach.folders.map((folder) => `${folder}/`).join(' and ')} may use ${name}; take ${reach.instead}`
}
