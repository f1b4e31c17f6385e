import { expect } from 'vitest'
import { type RawAnswer, type RawRequest, rawRequest, type ServerAddress } from '../../support/raw-request.ts'
import type { AccessRoom } from '../access/access-room.ts'

export const WEBSITE = { query: 'website=' }
export const INDEX = '<IndexDocument><Suffix>index.html</Suffix></IndexDocument>'
export const ERROR = '<ErrorDocument><Key>error.html</Key></ErrorDocument>'

export function websiteXml(...elements: readonly string[]): string {
  return `<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</WebsiteConfiguration>`
}

type Texts = Readonly<Record<string, string>>

function elements(texts: Texts): string {
  return Object.entries(texts)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('')
}

/** Routing rules, each a pair of condition and redirection; without a condition a rule applies to all requests. */
export function rulesXml(
  ...rules: readonly (readonly [condition: Texts | undefined, redirect: Texts])[]
): string {
  const all = rules.map(
    ([condition, redirect]) =>
      `<RoutingRule>${condition ? `<Condition>${elements(condition)}</Condition>` : ''}<Redirect>${elements(redirect)}</Redirect></RoutingRule>`,
  )
  return `<RoutingRules>${all.join('')}</RoutingRules>`
}

/** A bucket that is a website, whose objects everybody may read. */
export async function siteOf(room: AccessRoom, ...configuration: readonly string[]): Promise<string> {
  const bucket = await room.bucket()
  await room.set(bucket, 'website', websiteXml(...configuration))
  await room.policy(bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` })
  return bucket
}

/** Lets everybody know which keys there are, so that what is missing is 404 and not 403. */
export function letList(room: AccessRoom, bucket: string): Promise<void> {
  return room.policy(bucket, { Action: ['s3:GetObject', 's3:ListBucket'] })
}

/** The host of a bucket's website, with the port. */
export function hostOf(server: ServerAddress, bucket: string): string {
  return `${bucket}.s3-website-us-east-1.localhost:${new URL(server.url).port}`
}

/** A visitor's request, as a browser sends it. */
export function visit(
  server: ServerAddress,
  bucket: string,
  path: string,
  parts: Omit<RawRequest, 'path'> = {},
): Promise<RawAnswer> {
  const headers = { host: hostOf(server, bucket), ...parts.headers }
  return rawRequest(server, { anonymous: true, ...parts, path, headers })
}

/** Expects the page that S3 makes for an error; returns the facts it lists, the second list behind `document `. */
export function expectErrorPage(
  answer: RawAnswer,
  title: string,
  code: string,
): Readonly<Record<string, string>> {
  expect([answer.status, answer.headers['content-type']]).toEqual([
    Number(title.slice(0, 3)),
    'text/html; charset=utf-8',
  ])
  expect(answer.headers['x-amz-error-code']).toBe(code)
  const start = `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n<li>Code: ${code}</li>\n`
  expect(answer.text.slice(0, start.length)).toBe(start)
  expect(answer.text.endsWith('\n<hr/>\n</body>\n</html>\n')).toBe(true)
  const [first = '', second] = answer.text.split(/<h3>.*<\/h3>/)
  const facts = factsOf(first)
  expect([facts['RequestId'], facts['HostId']]).toEqual([
    answer.headers['x-amz-request-id'],
    answer.headers['x-amz-id-2'],
  ])
  expect(facts['Message']).toBe(answer.headers['x-amz-error-message'])
  const document = Object.entries(second === undefined ? {} : factsOf(second))
  return { ...facts, ...Object.fromEntries(document.map(([name, value]) => [`document ${name}`, value])) }
}

function factsOf(html: string): Record<string, string> {
  const found = html.matchAll(/<li>(\w+): (.*)<\/li>/g)
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]))
}

export function expectRedirection(answer: RawAnswer, status: number, location: string): void {
  expect([answer.status, answer.headers.location, answer.text]).toEqual([status, location, ''])
}
