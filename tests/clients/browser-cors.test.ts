import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { inChromium } from '../support/chromium.ts'
import { listen } from '../support/listen.ts'
import { presignedUrl, rawRequest } from '../support/raw-request.ts'
import { referenceChecksum } from '../support/reference-checksums.ts'
import { requireCommand } from '../support/require-command.ts'
import { startTestServer } from '../support/server.ts'

/** Sends one request after the other, and tells the site what a page gets to see of each answer. */
async function askAll(requests: readonly { url: string; init: RequestInit }[]): Promise<void> {
  const seen: unknown[] = []
  for (const { url, init } of requests) {
    try {
      const answer = await fetch(url, init)
      seen.push([answer.status, answer.headers.get('etag') !== null, (await answer.text()).slice(0, 40)])
    } catch {
      seen.push('blocked')
    }
  }
  await fetch('/done', { method: 'POST', body: JSON.stringify(seen) })
}

/** A site whose page sends requests; `done` is what it saw. */
async function startSite(requests: unknown) {
  const { promise: done, resolve } = Promise.withResolvers<unknown>()
  const server = createServer((request, response) => {
    if (request.url === '/done') void text(request).then((json) => resolve(JSON.parse(json)))
    const code = `(${askAll.toString()})(${JSON.stringify(requests)})`
    response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><script type="module">${code}</script>`)
  })
  return {
    origin: await listen(server),
    done,
    [Symbol.dispose]: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

it(
  'a browser sends and reads what the rules allow, and nothing else',
  { timeout: 90_000 },
  async (context) => {
    await requireCommand(context, 'chromium')
    await using server = await startTestServer()
    const bucket = await createBucket(server, 'pages')
    const signed = (method: string, key: string): string =>
      presignedUrl(server, { method, path: `/${bucket}/${key}` })
    const headers = { 'content-disposition': 'inline' }
    using site = await startSite([
      { url: signed('PUT', 'key'), init: { method: 'PUT', body: 'content', headers } },
      { url: signed('GET', 'key'), init: {} },
      { url: signed('GET', 'key'), init: { credentials: 'include' } },
      { url: signed('GET', 'absent'), init: {} },
      { url: signed('PUT', 'key'), init: { method: 'PUT', body: 'other', headers: { 'x-other': '1' } } },
      { url: signed('DELETE', 'key'), init: { method: 'DELETE' } },
      { url: `${server.url}/no-such-bucket/key`, init: {} },
    ])
    const rule = [
      `<AllowedOrigin>${site.origin}</AllowedOrigin>`,
      '<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>',
      '<AllowedHeader>Content-*</AllowedHeader>',
      '<ExposeHeader>ETag</ExposeHeader>',
    ]
    const body = `<CORSConfiguration><CORSRule>${rule.join('')}</CORSRule></CORSConfiguration>`
    const checksum = { 'content-md5': referenceChecksum('MD5', body) }
    await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'cors=', body, headers: checksum })
    expect(await inChromium(`${site.origin}/page`, site.done)).toEqual([
      [200, true, ''],
      [200, true, 'content'],
      [200, true, 'content'],
      [404, false, expect.stringContaining('<?xml')],
      'blocked',
      'blocked',
      'blocked',
    ])
    const object = await rawRequest(server, { path: `/${bucket}/key` })
    expect([object.text, object.headers['content-disposition']]).toEqual(['content', 'inline'])
  },
)
