import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createDirectoryBucket } from '../conformance/directory-buckets/directory-room.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const MEBIBYTE = 1024 * 1024

/** What the server does not do and is asked for all the same. */
function refusalsOf(page: Page): readonly string[] {
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 501) refused.push(`${response.request().method()} ${response.url()}`)
  })
  return refused
}

async function move(page: Page, to: { readonly bucket?: string; readonly key: string }): Promise<void> {
  await page.getByRole('complementary').getByRole('button', { name: 'Copy or move' }).click()
  if (to.bucket !== undefined) await page.getByLabel('To bucket').fill(to.bucket)
  await page.getByLabel('To key').fill(to.key)
}

describe('objects of a directory bucket', () => {
  it('are uploaded, previewed, shared, downloaded and deleted, and what they have not is not asked for', async (context) => {
    await using site = await startConsoleSite()
    const bucket = await createDirectoryBucket(site.s3, 'fast')
    await using opened = await openPage(context, site, `#/buckets/${bucket}`)
    const { page, complaints } = opened
    const refused = refusalsOf(page)
    await signInAt(page)
    const input = page.locator('input[type=file]').last()
    const file = (text: string) => ({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await input.setInputFiles(file('name,age\nbob,7\n'))
    await page.getByRole('link', { name: 'a.csv' }).waitFor()
    await input.setInputFiles(file('name,age\neve,8\n'))
    await page.getByText('keeps no old versions').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click()
    await expect.poll(async () => (await getObject(site.s3, bucket, 'a.csv')).text).toContain('eve')
    expect(await page.getByRole('link', { name: 'Deleted' }).count()).toBe(0)

    await page.getByRole('link', { name: 'a.csv' }).click()
    const panel = page.getByRole('complementary', { name: 'Object' })
    await panel.getByRole('cell', { name: 'eve' }).waitFor()
    await panel.getByText('EXPRESS_ONEZONE').waitFor()
    expect(await panel.locator('summary').allTextContents()).toEqual(['Preview', 'Properties', 'Metadata'])
    await panel.getByText('Metadata').click()
    await panel.getByLabel('Cache-Control').fill('no-store')
    await panel.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    expect((await getObject(site.s3, bucket, 'a.csv')).headers['cache-control']).toBe('no-store')
    await expectAccessible(page)

    await panel.getByRole('button', { name: 'Share' }).click()
    const link = await page.getByLabel('Link', { exact: true }).inputValue()
    expect(await (await fetch(link)).text()).toContain('eve')
    await page.keyboard.press('Escape')
    const downloading = page.waitForEvent('download')
    await panel.getByRole('button', { name: 'Download' }).click()
    expect(await readFile(await (await downloading).path(), 'utf8')).toContain('eve')
    await panel.getByRole('button', { name: 'Close' }).click()

    await putObject(site.s3, bucket, 'folder/deep/x', 'x')
    await page.reload()
    await signInAt(page)
    await page.getByLabel('Select all').check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('they are gone for good').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing is here yet').waitFor()
    expect(await listKeys(site.s3, bucket)).toEqual([])
    expect([...refused, ...complaints]).toEqual([])
  })

  it('go up in parts', { timeout: 240_000 }, async (context) => {
    await using site = await startConsoleSite()
    const bucket = await createDirectoryBucket(site.s3, 'fast')
    await using opened = await openPage(context, site, `#/buckets/${bucket}`)
    const { page, complaints } = opened
    const refused = refusalsOf(page)
    await signInAt(page)
    const bytes = contentOf('film', 20 * MEBIBYTE)
    const file = { name: 'film.bin', mimeType: 'video/mp4', buffer: bytes }
    await page.locator('input[type=file]').last().setInputFiles(file)
    await page.getByText('Uploaded').waitFor({ timeout: 60_000 })
    expect((await getObject(site.s3, bucket, 'film.bin')).body.equals(bytes)).toBe(true)
    expect([...refused, ...complaints]).toEqual([])
  })

  it('are found by the start of a name, among all that a folder has', async (context) => {
    await using site = await startConsoleSite()
    const bucket = await createDirectoryBucket(site.s3, 'fast')
    const names = Array.from({ length: 1300 }, (_, index) => `key-${String(index).padStart(4, '0')}`)
    await Promise.all(names.map((name) => putObject(site.s3, bucket, `in/${name}`, '')))
    await putObject(site.s3, bucket, 'in/zebra/x', '')
    await using opened = await openPage(context, site, `#/buckets/${bucket}?prefix=in/`)
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByText('more below').waitFor()
    const field = page.getByLabel('Find by the start of a name')
    await field.fill('key-129')
    await page.getByText('10 shown, all there are').waitFor()
    await field.fill('z')
    await page.getByRole('link', { name: 'zebra/' }).waitFor()
    await page.getByText('1 shown, all there are').waitFor()
    await page.getByLabel('Select all').check()
    await page.getByText('1 selected').waitFor()
    await field.fill('nothing')
    await page.getByText('No name here starts with').waitFor()
    await page.getByText('1 selected').waitFor({ state: 'detached' })
    await expectAccessible(page)
    expect(complaints).toEqual([])
  })

  it('are renamed at once, and moved and copied between buckets, without the tags that they cannot have', async (context) => {
    await using site = await startConsoleSite()
    const { s3 } = site
    const bucket = await createDirectoryBucket(s3, 'fast')
    await createBucket(s3, 'photos')
    await putObject(s3, bucket, 'plain.txt', 'text')
    await rawRequest(s3, {
      method: 'PUT',
      path: '/photos/tagged.txt',
      body: 'tagged',
      headers: { 'x-amz-tagging': 'team=blue', 'x-amz-meta-by': 'me' },
    })
    await using opened = await openPage(context, site, `#/buckets/${bucket}?key=plain.txt`)
    const { page, complaints } = opened
    const refused = refusalsOf(page)
    await signInAt(page)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET' && request.method() !== 'HEAD')
        sent.push(`${request.method()} ${new URL(request.url()).pathname}`)
    })
    await move(page, { key: 'a b/ç+.txt' })
    await page.getByText('gives the object another name at once').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('Moved to a b/ç+.txt').waitFor()
    expect(sent).toEqual([`PUT /${bucket}/a%20b/%C3%A7%2B.txt`])
    expect(await listKeys(s3, bucket)).toEqual(['a b/ç+.txt'])

    await putObject(s3, bucket, 'there.txt', 'there')
    await page.goto(`${site.url}#/buckets/${bucket}?key=there.txt`)
    await move(page, { key: 'a b/ç+.txt' })
    const question = page.getByRole('dialog', { name: 'Replace it?' })
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await question.getByText('is gone for good').waitFor()
    await question.getByRole('button', { name: 'Keep what is there' }).click()
    expect((await getObject(s3, bucket, 'a b/ç+.txt')).text).toBe('text')
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await question.getByRole('button', { name: 'Replace' }).click()
    await expect.poll(() => listKeys(s3, bucket)).toEqual(['a b/ç+.txt'])
    expect((await getObject(s3, bucket, 'a b/ç+.txt')).text).toBe('there')

    await page.goto(`${site.url}#/buckets/${bucket}?key=${encodeURIComponent('a b/ç+.txt')}`)
    await move(page, { bucket: 'photos', key: 'moved.txt' })
    await page.getByText('Moving copies the object').waitFor()
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('Moved to moved.txt').waitFor()
    expect([await listKeys(s3, bucket), (await getObject(s3, 'photos', 'moved.txt')).text]).toEqual([
      [],
      'there',
    ])

    await page.goto(`${site.url}#/buckets/photos?key=tagged.txt`)
    await move(page, { bucket, key: 'folder/' })
    await page.getByText('have no tags').waitFor()
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByText('Copied to folder/').waitFor()
    const copied = await getObject(s3, bucket, 'folder/')
    expect([copied.text, copied.headers['x-amz-meta-by']]).toEqual(['tagged', 'me'])

    // A name that ends in a slash is none that can be given or taken by RenameObject.
    await page.goto(`${site.url}#/buckets/${bucket}?prefix=folder/&key=folder/`)
    await move(page, { key: 'file' })
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('Moved to file').waitFor()
    expect(await listKeys(s3, bucket)).toEqual(['file'])
    expect([...refused, ...complaints]).toEqual([])
  })

  it('that are too large for one copy come in parts, and are copied where the server renames none', async (context) => {
    await using site = await startConsoleSite()
    const { s3 } = site
    const bucket = await createDirectoryBucket(s3, 'fast')
    await createBucket(s3, 'films')
    const bytes = contentOf('film', 12 * MEBIBYTE)
    const headers = { 'x-amz-tagging': 'team=blue', 'content-type': 'video/mp4' }
    await rawRequest(s3, { method: 'PUT', path: '/films/film.bin', body: bytes, headers })
    await using opened = await openPage(context, site, '#/buckets/films?key=film.bin')
    const { page, complaints } = opened
    const message = 'The copy source is larger than the maximum allowable size'
    await page.route(`**/${bucket}/film.bin`, (route) => {
      if (route.request().headers()['x-amz-copy-source'] === undefined) return route.continue()
      const body = `<Error><Code>InvalidRequest</Code><Message>${message}</Message></Error>`
      return route.fulfill({ status: 400, contentType: 'application/xml', body })
    })
    await signInAt(page)
    await move(page, { bucket, key: 'film.bin' })
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByText('Copied to film.bin').waitFor()
    const copied = await getObject(s3, bucket, 'film.bin')
    expect([copied.body.equals(bytes), copied.headers['content-type']]).toEqual([true, 'video/mp4'])

    // Buckets of Local Zones are called alike, and have no RenameObject.
    await page.route('**/*renameObject=*', (route) =>
      route.fulfill({ status: 501, body: '<Error><Code>NotImplemented</Code><Message/></Error>' }),
    )
    await page.goto(`${site.url}#/buckets/${bucket}?key=film.bin`)
    await move(page, { key: 'renamed.bin' })
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByText('Moved to renamed.bin').waitFor()
    expect(await listKeys(s3, bucket)).toEqual(['renamed.bin'])
    expect(complaints).toEqual([])
  })

  it('of an upload that is not complete are none: its folder is told of in words', async (context) => {
    await using site = await startConsoleSite()
    const bucket = await createDirectoryBucket(site.s3, 'fast')
    await rawRequest(site.s3, { method: 'POST', path: `/${bucket}/open/film`, query: 'uploads' })
    await using opened = await openPage(context, site, `#/buckets/${bucket}`)
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByLabel('Select open/').check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('while an upload into it is not complete').waitFor()
    expect(complaints).toEqual([])
  })
})
