import { expect, it } from 'vitest'
import { lines, list, needed, number, text } from './shape.ts'
import { stillEmpty } from './still-empty.ts'
import { emptyNode, withNodes, withText, type XmlNode } from './xml-node.ts'

const shapes = [
  text('Role', 'Role', { isNeeded: true }),
  list(
    'Rule',
    'Rule',
    text('Name', 'Name'),
    list('Move', 'Move', text('Days', 'After days', { isNumber: true, isNeeded: true, unless: 'Date' })),
    number('Priority', 'Priority'),
  ),
  list('Event', 'Event', needed(lines('Name', 'Names'))),
]

const withMoves = (...moves: readonly XmlNode[]): XmlNode =>
  withNodes(emptyNode('Document'), 'Rule', [withNodes(emptyNode('Rule'), 'Move', moves)])

it('tells what is needed and empty, and where it stands', () => {
  const document = withMoves(withText(emptyNode('Move'), 'Days', '3'), emptyNode('Move'))
  expect(stillEmpty(shapes, document)).toEqual(['Role', 'Rule 1: Move 2: After days'])
})

it('tells of lines of which there are none', () => {
  const document = withNodes(withText(emptyNode('Document'), 'Role', 'arn'), 'Event', [emptyNode('Event')])
  expect(stillEmpty(shapes, document)).toEqual(['Event 1: Names'])
})

it('takes what stands in its place', () => {
  const document = withMoves(withText(emptyNode('Move'), 'Date', '2030-01-01'))
  expect(stillEmpty(shapes, withText(document, 'Role', 'arn'))).toEqual([])
})
