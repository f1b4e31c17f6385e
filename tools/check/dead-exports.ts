import { parseSync, Visitor, type ParseResult } from 'oxc-parser'
import { posix } from 'node:path'
import { type Complaint, lineAt, type SourceFile } from './source-file.ts'

/** What is published, and what is started by its path: their exports are for others than our own imports. */
const ENTRIES: ReadonlySet<string> = new Set([
  'packages/server/src/index.ts',
  'packages/resources/src/index.ts',
  'packages/resources/src/transfers/platform.browser.ts',
  'packages/server/src/cli/main.ts',
])

/** What takes the place of the real clock, randomness, disk or store in a test. */
const STAND_INS: ReadonlySet<string> = new Set([
  'packages/server/src/base/faulty-disk.ts',
  'packages/server/src/base/memory-disk.ts',
  'packages/server/src/base/seeded-random.ts',
  'packages/server/src/metadata/engines/faulty.ts',
])

interface Parsed extends SourceFile {
  readonly result: ParseResult
}

/**
 * Exports of the packages that the packages themselves do not need: only tests use them, so the tests hold code that
 * does not run, or nobody does. `files`: all source of the repository.
 */
export function checkDeadExports(files: readonly SourceFile[]): Complaint[] {
  const product = files
    .filter(isProduct)
    .map((file) => ({ ...file, result: parseSync(file.path, file.text) }))
  const imported = new Set(product.flatMap(importedNames))
  return product
    .filter(({ path }) => !ENTRIES.has(path) && !STAND_INS.has(path) && !path.includes('.gen.'))
    .flatMap((file) => unused(file, imported))
}

function isProduct({ path }: SourceFile): boolean {
  return /^packages\/\w+\/src\/.*\.tsx?$/.test(path) && !/\.(test|suite|bench|test-d)\.tsx?$/.test(path)
}

/** `path name` of everything a file takes from others; `path *` where it takes all of it. */
function importedNames({ path, text, result: { module, program } }: Parsed): string[] {
  const at = (request: string): string => posix.join(posix.dirname(path), request)
  const names: string[] = []
  for (const { moduleRequest, entries } of module.staticImports)
    for (const { importName } of entries) names.push(`${at(moduleRequest.value)} ${importName.name ?? '*'}`)
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, importName } of entries)
      if (moduleRequest) names.push(`${at(moduleRequest.value)} ${importName.name ?? '*'}`)
  for (const { moduleRequest } of module.dynamicImports) {
    const name = text.slice(moduleRequest.start + 1, moduleRequest.end - 1)
    names.push(`${at(name)} *`)
  }
  new Visitor({
    TSImportType: ({ source, qualifier }) =>
      void names.push(`${at(source.value)} ${qualifier?.type === 'Identifier' ? qualifier.name : '*'}`),
  }).visit(program)
  return names
}

function unused(file: Parsed, imported: ReadonlySet<string>): Complaint[] {
  if (imported.has(`${file.path} *`)) return []
  const mentions = countMentions(file.result)
  return file.result.module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ exportName: { name } }): Complaint[] => {
      if (name === null || imported.has(`${file.path} ${name}`) || (mentions.get(name) ?? 0) > 1) return []
      return [
        {
          path: file.path,
          line: lineAt(file.text, start),
          message: `nothing of the product uses ${name}: what only tests use is not tested`,
        },
      ]
    }),
  )
}

/** How often each name stands in a file, its declaration included. */
function countMentions({ program }: ParseResult): Map<string, number> {
  const mentions = new Map<string, number>()
  new Visitor({
    Identifier: ({ name }) => void mentions.set(name, (mentions.get(name) ?? 0) + 1),
  }).visit(program)
  return mentions
}
