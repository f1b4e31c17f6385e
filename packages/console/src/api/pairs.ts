import { xmlEscape } from './xml.ts'

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
