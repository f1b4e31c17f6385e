import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { CONSOLE_LAYERS, CONSOLE_PACKAGES } from './console-layers.ts'
import { importsOf } from './import-rules.ts'
import { type Complaint, lineAt, type SourceFile } from './source-file.ts'

const SOURCE = 'packages/console/src/'

/** Rooms of the console import downwards alone, and each of its packages in the rooms that it is for. Tests are free. */
export function checkConsoleImports(files: readonly SourceFile[]): Complaint[] {
  return files
    .filter(({ path }) => path.startsWith(SOURCE) && /(?<!\.test)\.tsx?$/.test(path))
    .flatMap((file) =>
      importsOf(parseSync(file.path, file.text), file.text).flatMap(({ name, start }) => {
        const message = judge(file.path.slice(SOURCE.length), name)
        return message === undefined ? [] : [{ path: file.path, line: lineAt(file.text, start), message }]
      }),
    )
}

function judge(importer: string, name: string): string | undefined {
  const from = roomOf(importer)
  const allowed = CONSOLE_LAYERS[from]
  if (!allowed) return `tools/check/console-layers.ts does not know ${from}; say there what it may import`
  if (!name.startsWith('.')) return judgePackage(from, name)
  const imported = posix.join(posix.dirname(importer), name)
  const to = roomOf(imported)
  if (imported.endsWith('.css') || to === from || allowed.includes(to)) return undefined
  return `${from} must not import ${to}: imports go down only`
}

function judgePackage(from: string, name: string): string | undefined {
  const rooms = Object.entries(CONSOLE_PACKAGES).find(
    ([known]) => name === known || name.startsWith(`${known}/`),
  )?.[1]
  if (rooms === undefined) return `${name} is not a package of the console: see tools/check/console-layers.ts`
  return rooms === 'all' || rooms.includes(from)
    ? undefined
    : `only ${rooms.join(' and ')} may import ${name}`
}

/** `objects` of `objects/place.ts`, `main` of `main.tsx`. */
function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\..*$/, '')
}
