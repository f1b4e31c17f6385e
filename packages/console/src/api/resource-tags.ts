import { CONTROL_NAMESPACE, controlGet, controlPlace, controlSend } from './control.ts'
import type { DocumentPlace } from './documents.ts'
import { type Pair, pairsIn, tagsXml } from './pairs.ts'

/** The tags of what an ARN names. */
export async function listResourceTags(arn: string, signal?: AbortSignal): Promise<Pair[]> {
  return pairsIn(await controlGet(placeOf(arn), signal), 'Tags')
}

/** Has these in place of those there are; tags without a name are none. */
export async function changeResourceTags(arn: string, tags: readonly Pair[]): Promise<void> {
  const place = placeOf(arn)
  const wanted = tags.filter(({ name }) => name !== '')
  const body = `<TagResourceRequest xmlns="${CONTROL_NAMESPACE}"><Tags>${tagsXml(wanted)}</Tags></TagResourceRequest>`
  // First what may be refused: nothing is taken away then.
  if (wanted.length > 0) await controlSend('POST', place, body)
  for (const { name } of await listResourceTags(arn))
    if (!wanted.some((tag) => tag.name === name))
      await controlSend('DELETE', { ...place, query: { tagKeys: name } })
}

/** The slash of an ARN is one of the path: it is signed as such. */
function placeOf(arn: string): DocumentPlace {
  return controlPlace('tags', ...arn.split('/'))
}
