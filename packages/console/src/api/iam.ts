import { send } from './send.ts'
import { parseXml, xmlChild, xmlChildren, xmlText } from './xml.ts'

/** Calls IAM; answers the result's element. */
export async function iam(
  action: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): Promise<Element> {
  const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  const body = new URLSearchParams([['Action', action], ['Version', '2010-05-08'], ...given]).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await send({ method: 'POST', path: '/', service: 'iam', headers, body })
  const root = parseXml(await response.text())
  return xmlChild(root, `${action}Result`) ?? root
}

/** All members of a list that IAM answers in pages. */
export async function iamList(
  action: string,
  list: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): Promise<Element[]> {
  const all: Element[] = []
  let marker: string | undefined
  do {
    const result = await iam(action, { ...parameters, Marker: marker })
    const members = xmlChild(result, list)
    if (members) all.push(...xmlChildren(members, 'member'))
    marker = xmlText(result, 'IsTruncated') === 'true' ? xmlText(result, 'Marker') : undefined
  } while (marker !== undefined)
  return all
}

/** A document as IAM writes it: percent-encoded JSON. */
export function policyText(encoded: string | undefined): string {
  const text = decodeURIComponent(encoded ?? '')
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
