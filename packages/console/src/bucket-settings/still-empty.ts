import type { Shape } from './shape.ts'
import { nodesAt, textAt, type XmlNode } from './xml-node.ts'

/** What a document needs and does not have yet, as the form calls it: `Rule 1: To the bucket (ARN)`. */
export function stillEmpty(shapes: readonly Shape[], node: XmlNode, where = ''): string[] {
  return shapes.flatMap((shape) => {
    if (shape.kind === 'list') {
      const items = nodesAt(node, shape.path)
      return items.flatMap((item, at) => stillEmpty(shape.item, item, `${where}${shape.label} ${at + 1}: `))
    }
    if (shape.kind === 'check' || shape.isNeeded !== true) return []
    const paths = [shape.path, (shape.kind === 'text' && shape.unless) || shape.path]
    return paths.some((path) => textAt(node, path) !== '') ? [] : [where + shape.label]
  })
}
