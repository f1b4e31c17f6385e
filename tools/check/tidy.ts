import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { type Complaint, lineAt, type SourceFile } from './source-file.ts'

/** What the linter does not look at: the names of files, what they export, machine paths and links between documents. */
export function checkTidy(files: readonly SourceFile[]): Complaint[] {
  const paths = new Set(files.map((file) => file.path))
  return files.flatMap((file) => [
    ...checkName(file),
    ...checkOperation(file),
    ...checkMachinePaths(file),
    ...checkLinks(file, paths),
  ])
}

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.tsx?$/
const OPERATION = /^[A-Z][A-Za-z0-9]*(\.test)?\.ts$/

/** Operation files keep AWS's spelling, all else is kebab-case. */
function checkName({ path }: SourceFile): Complaint[] {
  const name = posix.basename(path)
  if (!/\.tsx?$/.test(path) || KEBAB_CASE.test(name)) return []
  if (OPERATION.test(name) && mayHoldOperations(path)) return []
  return [
    {
      path,
      message: 'write the name in kebab-case; only the files of operations are spelt as AWS spells them',
    },
  ]
}

function mayHoldOperations(path: string): boolean {
  return (
    /^packages\/server\/src\/(s3|iam|sts|kms)\/operations\/[\w-]+\//.test(path) ||
    path.startsWith('tests/conformance/')
  )
}

/** One search for an operation's name finds its file. */
function checkOperation({ path, text }: SourceFile): Complaint[] {
  const name = posix.basename(path, '.ts')
  if (!/^packages\/server\/src\/.*\/[A-Z]\w*\.ts$/.test(path)) return []
  const exported = parseSync(path, text).module.staticExports.flatMap((statement) =>
    statement.entries.filter((entry) => !entry.isType).map((entry) => entry.exportName.name),
  )
  if (exported.includes(name)) return []
  return [{ path, message: `export the operation ${name} from the file that has its name` }]
}

/** A path that exists on one machine only. */
const MACHINE_PATH = /(?<![\w.])(\/home\/|\/Users\/|\/root\/|\/work\/|[A-Z]:\\Users\\)\w/

function checkMachinePaths({ path, text }: SourceFile): Complaint[] {
  const at = path.endsWith('.png') ? null : MACHINE_PATH.exec(text)
  return at ? [{ path, line: lineAt(text, at.index), message: `${at[0]}… is a path of one machine` }] : []
}

/** Links from one document to a file of the repository lead somewhere. */
function checkLinks({ path, text }: SourceFile, paths: ReadonlySet<string>): Complaint[] {
  if (!path.endsWith('.md')) return []
  return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].flatMap((link) => {
    const target = posix.normalize(posix.join(posix.dirname(path), link[1] ?? '')).replace(/\/$/, '')
    const exists = paths.has(target) || [...paths].some((known) => known.startsWith(`${target}/`))
    return exists ? [] : [{ path, line: lineAt(text, link.index), message: `there is no ${target}` }]
  })
}
