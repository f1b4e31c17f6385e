import { type DocumentPlace, getDocument } from './documents.ts'
import { type ApiRequest, send, sendXml } from './send.ts'
import { signedIn } from './session.ts'
import { parseXml, xmlChild, xmlChildren, xmlText } from './xml.ts'

export const CONTROL_NAMESPACE = 'http://awss3control.amazonaws.com/doc/2018-08-20/'

/** A place of S3 Control, of the account that has signed in. Parts of the path are encoded here. */
export function controlPlace(...parts: readonly string[]): DocumentPlace {
  const { account } = signedIn()
  const path = `/v20180820/${parts.map(encodeURIComponent).join('/')}`
  return { path, headers: { 'x-amz-account-id': account } }
}

/** All that S3 Control lists at a place, page by page: the elements in `list`, by name. */
export async function controlList(
  place: DocumentPlace,
  [list, item]: readonly [list: string, item: string],
  signal?: AbortSignal,
): Promise<Element[]> {
  const found: Element[] = []
  let token: string | undefined
  do {
    const query = { ...place.query, maxResults: '1000', ...(token !== undefined && { nextToken: token }) }
    const answer = await send({ method: 'GET', ...place, query, signal })
    const page = parseXml(await answer.text())
    const elements = xmlChild(page, list)
    if (elements) found.push(...xmlChildren(elements, item))
    token = xmlText(page, 'NextToken')
  } while (token !== undefined)
  return found
}

export async function controlGet(place: DocumentPlace, signal?: AbortSignal): Promise<Element> {
  return parseXml(await (await send({ method: 'GET', ...place, signal })).text())
}

/** Sends a document, or a request with none; answers the root of what comes back, where anything does. */
export async function controlSend(
  method: ApiRequest['method'],
  place: DocumentPlace,
  body?: string,
): Promise<Element | undefined> {
  const text =
    body === undefined
      ? await (await send({ method, ...place })).text()
      : await sendXml({ method, ...place, body })
  return text === '' ? undefined : parseXml(text)
}

/** The text that a document of S3 Control holds in one element; empty where there is no document. */
export async function controlText(place: DocumentPlace, name: string, signal?: AbortSignal): Promise<string> {
  const document = await getDocument(place, signal)
  return document === '' ? '' : (xmlText(parseXml(document), name) ?? '')
}

/** What the account says of public access to all of its buckets. */
export function accountPublicAccessBlock(): DocumentPlace {
  return controlPlace('configuration', 'publicAccessBlock')
}
