import { parseSync, Visitor } from 'oxc-parser'
import { type Complaint, lineAt, type SourceFile } from './source-file.ts'

const SOURCE = 'packages/console/src/'

/** Attributes and members that people read. */
const READ_BY_PEOPLE = /^(title|label|hint|alt|placeholder|explanation|detail|yes|no|text|aria-label)$/

const HAS_WORD = /\p{L}{2}/u

/** All words of the console stand in its texts/, so that it can be translated: no view holds any. Tests are free. */
export function checkConsoleWords(files: readonly SourceFile[]): Complaint[] {
  return files
    .filter(({ path }) => path.startsWith(SOURCE) && !path.startsWith(`${SOURCE}texts/`))
    .filter(({ path }) => !path.endsWith('.test.ts'))
    .flatMap((file) =>
      wordsIn(file).map(({ text, start }) => ({
        path: file.path,
        line: lineAt(file.text, start),
        message: `move to texts/ what people read: ${text.trim()}`,
      })),
    )
}

interface Words {
  readonly text: string
  readonly start: number
}

function wordsIn({ path, text }: SourceFile): Words[] {
  const found = new Map<number, Words>()
  const add = (text: string, start: number): void => {
    if (HAS_WORD.test(text)) found.set(start, { text, start })
  }
  new Visitor({
    JSXText: ({ value, start }) => add(value, start),
    JSXAttribute({ name, value }) {
      if (name.type !== 'JSXIdentifier' || !READ_BY_PEOPLE.test(name.name)) return
      if (value?.type === 'Literal' && typeof value.value === 'string') add(value.value, value.start)
    },
    JSXExpressionContainer({ expression }) {
      if (expression.type === 'Literal' && typeof expression.value === 'string')
        add(expression.value, expression.start)
    },
    Property({ key, value }) {
      const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : ''
      if (!READ_BY_PEOPLE.test(name)) return
      if (value.type === 'Literal' && typeof value.value === 'string') add(value.value, value.start)
      if (value.type === 'TemplateLiteral')
        for (const { value: part, start } of value.quasis) add(part.raw, start)
    },
    // A sentence, wherever it stands.
    Literal({ value, start }) {
      if (typeof value === 'string' && /^\p{Lu}\p{Ll}+ \p{Ll}/u.test(value)) add(value, start)
    },
  }).visit(parseSync(path, text).program)
  return [...found.values()]
}
