import { xmlChild, xmlChildren, xmlEscape, xmlText } from './xml.ts'

/** A name with its value: a tag, or a piece of metadata. */
export interface Pair {
  readonly name: string
  readonly value: string
}

/** An element `Tag` each. */
export function tagsXml(tags: readonly Pair[]): string {
  return tags
    .map(({ name, value }) => `<Tag><Key>${xmlEscape(name)}</Key><Value>${xmlEscape(value)}</Value></Tag>`)
    .join('')
}

/** The same as an answer tells them, in one list. */
export function pairsIn(root: Element, list: string): Pair[] {
  const set = xmlChild(root, list)
  const tags = set ? xmlChildren(set, 'Tag') : []
  return tags.map((tag) => ({ name: xmlText(tag, 'Key') ?? '', value: xmlText(tag, 'Value') ?? '' }))
}
