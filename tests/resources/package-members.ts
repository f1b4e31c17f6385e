import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

const source = fileURLToPath(new URL('../../packages/resources/src/', import.meta.url))

export interface Member {
  readonly name: string
  readonly kind: 'property' | 'getter' | 'method'
  /** What its doc comment says; empty where there is none. */
  readonly comment: string
}

interface ClassSource {
  readonly superClass: string | undefined
  readonly comment: string
  readonly members: readonly Member[]
}

/** The classes of the package as its types show them: public members and their comments. */
const classes = readClasses()

export function commentOf(className: string): string {
  return classOf(className).comment
}

/** The public members of a class with those it inherits. */
export function publicMembers(className: string): Member[] {
  const { superClass, members } = classOf(className)
  const inherited = superClass !== undefined && classes.has(superClass) ? publicMembers(superClass) : []
  return [...inherited.filter(({ name }) => !members.some((member) => member.name === name)), ...members]
}

function classOf(name: string): ClassSource {
  const found = classes.get(name)
  if (!found) throw new Error(`The package has no class ${name}`)
  return found
}

function readClasses(): Map<string, ClassSource> {
  const found = new Map<string, ClassSource>()
  for (const file of readdirSync(source).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(source + file, 'utf8')
    const { program, comments } = parseSync(file, text)
    const commentBefore = (position: number) =>
      comments.find(
        ({ type, end }) => type === 'Block' && end < position && !text.slice(end, position).trim(),
      )?.value ?? ''
    for (const statement of program.body) {
      if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'ClassDeclaration')
        continue
      const { id, superClass, body } = statement.declaration
      const members = body.body.flatMap((member): Member[] => {
        if (!('key' in member) || !('accessibility' in member) || member.key.type !== 'Identifier') return []
        if (member.accessibility === 'protected' || member.accessibility === 'private') return []
        const { name } = member.key
        const comment = commentBefore(member.start)
        if (!('kind' in member)) return [{ name, kind: 'property', comment }]
        if (member.kind === 'constructor') return []
        return [{ name, kind: member.kind === 'get' ? 'getter' : 'method', comment }]
      })
      found.set(id?.name ?? '', {
        superClass: superClass?.type === 'Identifier' ? superClass.name : undefined,
        comment: commentBefore(statement.start),
        members,
      })
    }
  }
  return found
}
