import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import type { AccessRoom, Who } from '../access/access-room.ts'
import { control } from '../access/control-request.ts'

export function tagsPath(bucket: string): string {
  return `tags/${encodeURIComponent(`arn:aws:s3:::${bucket}`)}`
}

/** The document of TagResource: each tag as `name=value`. */
export function tagsXml(...tags: string[]): string {
  const elements = tags.map((tag) => {
    const [name, value] = tag.split('=')
    return `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`
  })
  return `<TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags>${elements.join('')}</Tags></TagResourceRequest>`
}

export function tag(room: AccessRoom, who: Who, bucket: string, ...tags: string[]): Promise<RawAnswer> {
  return control(room, who, 'POST', tagsPath(bucket), { body: tagsXml(...tags) })
}

/** A bucket's tags as its owner is told them, each as `name=value`. */
export async function tagsOf(room: AccessRoom, bucket: string): Promise<string[]> {
  const { text } = await control(room, 'owner', 'GET', tagsPath(bucket))
  const values = xmlTexts(text, 'Value')
  return xmlTexts(text, 'Key').map((name, index) => `${name}=${values[index]}`)
}
