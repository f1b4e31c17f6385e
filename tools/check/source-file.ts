import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
}

/** What a check has to complain about. */
export interface Complaint {
  readonly path: string
  /** From 1; absent where it is the file as a whole. */
  readonly line?: number
  readonly message: string
}

export function complaintText({ path, line, message }: Complaint): string {
  return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`
}

/** From 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** Every file below `folder` whose name ends in one of `endings`, sorted by path. */
export function readSourceFiles(root: string, folder: string, endings: readonly string[]): SourceFile[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  const files = entries.flatMap((entry): SourceFile[] => {
    if (isNotOurs(entry.name)) return []
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return readSourceFiles(root, path, endings)
    const wanted = endings.some((ending) => entry.name.endsWith(ending))
    return wanted ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : []
  })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function isNotOurs(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules' || name === 'dist'
}
