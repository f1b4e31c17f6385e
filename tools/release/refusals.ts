import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changelogSection } from './changelog-section.ts'

/** The packages of a release by their folders. */
export const PUBLISHED = ['packages/server', 'packages/resources'] as const

/** Why a release cannot be made of this tree, a line each; empty where it can. */
export function refusals(root: string, version: string, out: string): string[] {
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) return [`${version} is no version: 1.2.3, say`]
  const found: string[] = []
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' })
  if (status !== '') found.push(`the tree is not what is committed:\n${status.trimEnd()}`)
  for (const folder of ['', ...PUBLISHED]) {
    const path = join(folder, 'package.json')
    const { version: there } = JSON.parse(readFileSync(join(root, path), 'utf8')) as { version: string }
    if (there !== version) found.push(`${path} says ${there}, not ${version}`)
  }
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  if (changelogSection(changelog, version) === undefined)
    found.push(`CHANGELOG.md says nothing below "## ${version}"`)
  if (existsSync(out) && readdirSync(out).length > 0) found.push(`${out} is not empty`)
  return found
}
