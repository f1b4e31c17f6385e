import { createServer, type Server } from 'node:http'
import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { inChromium } from '../support/chromium.ts'
import { contentOf } from '../support/content.ts'
import { listen } from '../support/listen.ts'
import { type FormPart, signedFields } from '../support/post-form.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { objectPath } from '../support/signature-v4.ts'
import { startTestServer } from '../support/server.ts'

const FILE_NAME = 'ü & photo.jpg'

/** A form as a site would write it, and a user who chooses a file and submits it. */
function page(action: string, fields: readonly FormPart[]): string {
  const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const inputs = fields.map(([name, value]) =>
    typeof value === 'string' ? `<input type="hidden" name="${name}" value="${escape(value)}">` : '',
  )
  return `<!doctype html><meta charset="utf-8">
<form action="${action}" method="post" enctype="multipart/form-data">
  ${inputs.join('\n  ')}
  <input type="file" name="file">
  <input type="submit" name="submit" value="Upload">
</form>
<script type="module">
  const chosen = new DataTransfer()
  const bytes = await (await fetch('/file')).blob()
  chosen.items.add(new File([bytes], ${JSON.stringify(FILE_NAME)}, { type: 'image/jpeg' }))
  document.querySelector('[type=file]').files = chosen.files
  document.querySelector('[type=submit]').click()
</script>`
}

interface Site {
  readonly url: string
  /** The parameters with which the browser comes back. */
  readonly done: Promise<URLSearchParams>
  readonly server: Server
  html: string
}

async function startSite(file: Uint8Array): Promise<Site> {
  const { promise: done, resolve } = Promise.withResolvers<URLSearchParams>()
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', site.url)
    if (pathname === '/page') response.setHeader('content-type', 'text/html').end(site.html)
    else if (pathname === '/file') response.end(file)
    else {
      if (pathname === '/done') resolve(searchParams)
      response.end()
    }
  })
  const site = { url: await listen(server), done, server, html: '' }
  return site
}

it('a browser posts a file with a policy, byte for byte', { timeout: 90_000 }, async (context) => {
  await requireCommand(context, 'chromium')
  await using server = await startTestServer()
  const bucket = await createBucket(server, 'forms')
  const content = contentOf('browser form', 3_000_001)
  const site = await startSite(content)
  const redirection = `${site.url}/done?site=1`
  const fields: Record<string, string> = {
    success_action_redirect: redirection,
    'Content-Type': 'image/jpeg',
    'x-amz-meta-author': 'Zoë',
  }
  const conditions = [
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ['starts-with', '$key', 'photos/'],
    ['content-length-range', 1, 4_000_000],
  ]
  const key: FormPart = ['key', 'photos/${filename}']
  const signed = signedFields(server, bucket, conditions)
  site.html = page(`${server.url}/${bucket}`, [key, ...Object.entries(fields), ...signed])
  try {
    const came = await inChromium(`${site.url}/page`, site.done)
    const object = await rawRequest(server, { path: objectPath(bucket, `photos/${FILE_NAME}`) })
    expect(Object.fromEntries(came)).toEqual({
      site: '1',
      bucket,
      key: `photos/${FILE_NAME}`,
      etag: object.headers.etag,
    })
    expect(object.body.equals(content)).toBe(true)
    expect(object.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-amz-meta-author': `=?UTF-8?B?${Buffer.from('Zoë').toString('base64')}?=`,
    })
  } finally {
    site.server.closeAllConnections()
    site.server.close()
  }
})
