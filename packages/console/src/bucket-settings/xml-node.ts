import { parseXmlDocument, S3_NAMESPACE, xmlEscape } from '../api/xml.ts'

/** An element, of those that documents of S3 have: with children, or with text. */
export interface XmlNode {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlNode[]
  /** Such as `xsi:type`; the document's own namespace is not told. */
  readonly attributes?: readonly (readonly [name: string, value: string])[]
}

/** Throws where it is no XML, in the parser's words. */
export function parseNode(text: string): XmlNode {
  const document = parseXmlDocument(text)
  const error = document.querySelector('parsererror')
  if (error) throw new SyntaxError(error.querySelector('div')?.textContent ?? error.textContent)
  return nodeOf(document.documentElement)
}

function nodeOf(element: Element): XmlNode {
  const children = Array.from(element.children, nodeOf)
  const text = children.length > 0 ? '' : element.textContent
  const attributes = Array.from(element.attributes, ({ name, value }) => [name, value] as const)
  const own = attributes.filter(([name]) => name !== 'xmlns')
  return { name: element.localName, text, children, ...(own.length > 0 && { attributes: own }) }
}

/** The document with each element on a line of its own. */
export function printNode(root: XmlNode, namespace = S3_NAMESPACE): string {
  return printed(root, '', ` xmlns="${namespace}"`)
}

function printed({ name, text, children, attributes = [] }: XmlNode, indent: string, namespace = ''): string {
  const own = attributes.map(([name, value]) => ` ${name}="${xmlEscape(value)}"`)
  const start = `${indent}<${name}${namespace}${own.join('')}`
  if (children.length > 0)
    return `${start}>\n${children.map((child) => printed(child, `${indent}  `)).join('\n')}\n${indent}</${name}>`
  return text === '' ? `${start}/>` : `${start}>${xmlEscape(text)}</${name}>`
}

export function emptyNode(name: string): XmlNode {
  return { name, text: '', children: [] }
}

/** The text at a path of names (`Rule/Status`); empty where there is none. */
export function textAt(node: XmlNode, path: string): string {
  return nodeAt(node, path)?.text ?? ''
}

function nodeAt(node: XmlNode, path: string): XmlNode | undefined {
  let at: XmlNode | undefined = node
  for (const name of path.split('/')) at = at?.children.find((child) => child.name === name)
  return at
}

/** All elements of a name, whose parents are at the path before it. */
export function nodesAt(node: XmlNode, path: string): readonly XmlNode[] {
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  const parent = slash < 0 ? node : nodeAt(node, path.slice(0, slash))
  return parent?.children.filter((child) => child.name === name) ?? []
}

/** With the text at the path; an empty one takes the element away, and parents that hold nothing more. */
export function withText(node: XmlNode, path: string, text: string): XmlNode {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return withNodes(node, path, text === '' ? [] : [{ name, text, children: [] }])
}

/** With the text at the path, and the element there even where it is empty. */
export function withElement(node: XmlNode, path: string, text: string): XmlNode {
  return withNodes(node, path, [{ name: path.slice(path.lastIndexOf('/') + 1), text, children: [] }])
}

/** With these in place of all elements at the path. */
export function withNodes(node: XmlNode, path: string, nodes: readonly XmlNode[]): XmlNode {
  const [name = '', ...rest] = path.split('/')
  if (rest.length === 0) return replaced(node, name, nodes)
  const parent = node.children.find((child) => child.name === name) ?? emptyNode(name)
  const after = withNodes(parent, rest.join('/'), nodes)
  return replaced(node, name, after.children.length > 0 ? [after] : [])
}

/** Where the first of that name stood, or at the end. */
function replaced(node: XmlNode, name: string, nodes: readonly XmlNode[]): XmlNode {
  const at = node.children.findIndex((child) => child.name === name)
  const others = node.children.filter((child) => child.name !== name)
  const place = at < 0 ? others.length : at
  return { ...node, text: '', children: [...others.slice(0, place), ...nodes, ...others.slice(place)] }
}
