import { expect, it } from 'vitest'
import { checkConsoleWords } from './console-words.ts'

function words(text: string, path = 'keys/keys.tsx'): string[] {
  return checkConsoleWords([{ path: `packages/console/src/${path}`, text }]).map(({ message }) =>
    message.replace('move to texts/ what people read: ', ''),
  )
}

it.each([
  ['<p>Nothing here</p>', 'Nothing here'],
  ['<p>{"Nothing here"}</p>', 'Nothing here'],
  ['<b title="Close" />', 'Close'],
  ['<i aria-label={"Close"} />', 'Close'],
  ['a({ title: "Keys" })', 'Keys'],
  ['a({ detail: `All of ${b}` })', 'All of'],
  ['throw new Error("This is not so")', 'This is not so'],
])('finds the words of %s', (text, found) => {
  expect(new Set(words(text))).toEqual(new Set([found]))
})

it.each([
  '<b class="quiet icon-only" type="button">{texts.close}</b>',
  '<p>{count} · {size}</p>',
  'a({ title: texts.title, method: "PUT", kind: "text" })',
  '<code key="remove">{`${a} ${b}`}</code>',
])('finds none in %s', (text) => {
  expect(words(text)).toEqual([])
})

it('leaves the texts and tests alone', () => {
  expect(words('export const a = { title: "Keys" }', 'texts/keys.ts')).toEqual([])
  expect(words('it("Keys are made", a)', 'keys/keys.test.ts')).toEqual([])
})
