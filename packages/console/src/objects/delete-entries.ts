import { deleteObject, deleteObjects, type Entry, listObjects, type Refused } from '../api/objects.ts'
import { isXmlText } from '../api/xml.ts'

export interface Deletion {
  readonly deleted: number
  readonly refused: readonly Refused[]
}

/** As many as S3 takes in one request. */
const AT_ONCE = 1000

/** Deletes objects, and all that lies in folders, a page at a time. */
export async function deleteEntries(bucket: string, entries: readonly Entry[]): Promise<Deletion> {
  const refused: Refused[] = []
  let deleted = 0
  const remove = async (keys: readonly string[]): Promise<void> => {
    const unwritable = keys.filter((key) => !isXmlText(key))
    for (const key of unwritable) await deleteObject(bucket, key)
    const stayed = await deleteObjects(bucket, keys.filter(isXmlText))
    refused.push(...stayed)
    deleted += keys.length - stayed.length
  }
  const objects = entries.filter(({ kind }) => kind === 'object').map(({ key }) => key)
  for (let start = 0; start < objects.length; start += AT_ONCE)
    await remove(objects.slice(start, start + AT_ONCE))
  for (const { kind, key: prefix } of entries) {
    if (kind === 'folder') for await (const keys of pagesBelow(bucket, prefix)) await remove(keys)
  }
  return { deleted, refused }
}

async function* pagesBelow(bucket: string, prefix: string): AsyncGenerator<string[]> {
  let after: string | undefined
  do {
    const page = await listObjects({ bucket, prefix, folders: false, after })
    if (page.entries.length > 0) yield page.entries.map(({ key }) => key)
    after = page.next
  } while (after !== undefined)
}
