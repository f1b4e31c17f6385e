import { expect, it } from 'vitest'
import { emptyNode, nodesAt, printNode, textAt, withNodes, withText } from './xml-node.ts'

it('is changed at a path, of which parents come and go as they are needed', () => {
  const empty = emptyNode('Root')
  const one = withText(empty, 'Rule/Default/Mode', '<b>')
  expect(textAt(one, 'Rule/Default/Mode')).toBe('<b>')
  expect(printNode(one)).toBe(
    '<Root xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n  <Rule>\n    <Default>\n      <Mode>&lt;b&gt;</Mode>\n    </Default>\n  </Rule>\n</Root>',
  )
  expect(withText(one, 'Rule/Default/Mode', '')).toEqual(empty)
  expect(textAt(empty, 'Rule/Default/Mode')).toBe('')
})

it('keeps the order of what stands beside', () => {
  const tags = ['a', 'b'].map((text) => ({ name: 'Tag', text, children: [] }))
  const set = withNodes(withText(withText(emptyNode('Root'), 'First', '1'), 'Last', '2'), 'Set/Tag', tags)
  expect(nodesAt(set, 'Set/Tag').map(({ text }) => text)).toEqual(['a', 'b'])
  expect(withText(set, 'First', '3').children.map(({ name }) => name)).toEqual(['First', 'Last', 'Set'])
})
