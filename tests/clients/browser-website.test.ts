import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { inChromium } from '../support/chromium.ts'
import { listen } from '../support/listen.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { startTestServer } from '../support/server.ts'

/** What the page in the folder finds out about where it is, told to `report`. */
const lookAround = (report: string): string => `
  const visit = async (path) => {
    const answer = await fetch(path)
    return [answer.status, new URL(answer.url).pathname, await answer.text()]
  }
  const image = new Image()
  image.src = '../dot.svg'
  await image.decode()
  const seen = [
    [document.title, location.pathname, image.naturalWidth],
    await visit('../'),
    await visit('/absent'),
    await visit('/old/page.txt'),
    await visit('/moved'),
  ]
  await fetch(${JSON.stringify(report)}, { method: 'POST', mode: 'no-cors', body: JSON.stringify(seen) })`

const CONFIGURATION = `<WebsiteConfiguration>
  <IndexDocument><Suffix>index.html</Suffix></IndexDocument>
  <ErrorDocument><Key>error.html</Key></ErrorDocument>
  <RoutingRules><RoutingRule>
    <Condition><KeyPrefixEquals>old/</KeyPrefixEquals></Condition>
    <Redirect><ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith></Redirect>
  </RoutingRule></RoutingRules>
</WebsiteConfiguration>`

it('a browser opens a website', { timeout: 90_000 }, async (context) => {
  await requireCommand(context, 'chromium')
  const { promise: done, resolve } = Promise.withResolvers<unknown>()
  const reports = createServer((request, response) => {
    void text(request).then((json) => resolve(JSON.parse(json)))
    response.end()
  })
  const report = await listen(reports)
  await using server = await startTestServer({ newBuckets: { blockPublicAccess: false } })
  const bucket = await createBucket(server, 'pages')
  const set = (query: string, body: string) =>
    rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: `${query}=`, body })
  await set('website', CONFIGURATION)
  const [Effect, Principal, Action] = ['Allow', '*', ['s3:GetObject', 's3:ListBucket']]
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]
  await set(
    'policy',
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Principal, Action, Resource }] }),
  )
  const put = (
    key: string,
    body: string,
    headers: Record<string, string> = { 'content-type': 'text/html' },
  ) => rawRequest(server, { method: 'PUT', path: `/${bucket}/${key}`, body, headers })
  const script = `<script type="module">${lookAround(report)}</script>`
  await put('gallery/index.html', `<title>Gallery</title>${script}`)
  await put('index.html', 'home')
  await put('error.html', 'not here')
  await put('new/page.txt', 'new page')
  await put('moved', '', { 'x-amz-website-redirect-location': '/new/page.txt' })
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'
  await put('dot.svg', svg, { 'content-type': 'image/svg+xml' })

  const site = `http://${bucket}.s3-website-us-east-1.localhost:${server.port}`
  expect(await inChromium(`${site}/gallery`, done)).toEqual([
    ['Gallery', '/gallery/', 7],
    [200, '/', 'home'],
    [404, '/absent', 'not here'],
    [200, '/new/page.txt', 'new page'],
    [200, '/new/page.txt', 'new page'],
  ])
  reports.closeAllConnections()
  reports.close()
})
