import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const MEBIBYTE = 1024 * 1024
/** Three parts of the least size that S3 takes. */
const BYTES = contentOf('film', 12 * MEBIBYTE)

const TOO_LARGE = `<Error><Code>InvalidRequest</Code><Message>The specified copy source is larger than the maximum allowable size for a copy source: 5368709120</Message></Error>`

/** Has S3 say of any object what it says of those above 5 GiB; counts how often it was asked. */
async function refuseWholeCopies(page: Page): Promise<() => number> {
  let refused = 0
  await page.route('**/films/new.bin', (route) => {
    if (route.request().headers()['x-amz-copy-source'] === undefined) return route.continue()
    refused += 1
    return route.fulfill({ status: 400, contentType: 'application/xml', body: TOO_LARGE })
  })
  return () => refused
}

it('an object that is too large for one copy is renamed in parts, with its progress, metadata and tags', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'films')
  const headers = { 'content-type': 'video/mp4', 'x-amz-meta-by': 'me', 'x-amz-tagging': 'a=b%20c&d=' }
  const put = { method: 'PUT', path: '/films/old.bin', headers, body: BYTES }
  expect((await rawRequest(site.s3, put)).status).toBe(200)
  await using opened = await openPage(context, site, '#/buckets/films?key=old.bin')
  const { page, complaints } = opened
  const refused = await refuseWholeCopies(page)
  await signInAt(page)
  const move = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Copy or move' }).click()
    await page.getByLabel('To key').fill('new.bin')
    await page.getByRole('button', { name: 'Move', exact: true }).click()
  }
  const openUploads = async (): Promise<number> =>
    (await rawRequest(site.s3, { path: '/films', query: 'uploads' })).text.split('<Upload>').length - 1

  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/*partNumber=3*', (route) => held.then(() => route.continue()))
  await move()
  await expect
    .poll(() => page.getByLabel('Copying to new.bin').getAttribute('value').then(Number))
    .toBeCloseTo(2 / 3)
  expect(await openUploads()).toBe(1)
  // Whoever closes the window takes it back: nothing of the copy stays, and the object is where it was.
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  release()
  await expect.poll(openUploads).toBe(0)
  expect(await listKeys(site.s3, 'films')).toEqual(['old.bin'])

  // What has come there meanwhile is replaced on a yes alone, and what was copied is not copied again for it.
  await putObject(site.s3, 'films', 'new.bin', 'there')
  const question = page.getByRole('dialog', { name: 'new.bin is there already. Replace it?' })
  await move()
  await question.getByRole('button', { name: 'Keep what is there' }).click()
  await expect.poll(openUploads).toBe(0)
  expect((await getObject(site.s3, 'films', 'new.bin')).text).toBe('there')

  await page.getByRole('button', { name: 'Move', exact: true }).click()
  await question.getByRole('button', { name: 'Replace' }).click()
  await page.getByText('Moved to new.bin').waitFor()
  expect(refused()).toBe(3)
  expect(await listKeys(site.s3, 'films')).toEqual(['new.bin'])
  const moved = await getObject(site.s3, 'films', 'new.bin')
  expect(moved.body.equals(BYTES)).toBe(true)
  expect([moved.headers['content-type'], moved.headers['x-amz-meta-by']]).toEqual(['video/mp4', 'me'])
  expect(moved.headers['etag']).toMatch(/-3"$/)
  const tags = await rawRequest(site.s3, { path: '/films/new.bin', query: 'tagging' })
  expect(tags.text).toContain('<Key>a</Key><Value>b c</Value>')
  expect(complaints).toEqual([])
})

it('a move deletes nothing that was written meanwhile, and says so', async (context) => {
  await using site = await startConsoleSite()
  const { s3 } = site
  await createBucket(s3, 'films')
  await putObject(s3, 'films', 'old.bin', 'first')
  await using opened = await openPage(context, site, '#/buckets/films?key=old.bin')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByRole('button', { name: 'Copy or move' }).click()
  await page.getByLabel('To key').fill('new.bin')
  const move = () => page.getByRole('button', { name: 'Move', exact: true }).click()
  let next: { readonly method: string; readonly body: string } | undefined
  await page.route('**/films/*.bin', async (route) => {
    if (route.request().method() === next?.method) {
      const { body } = next
      next = undefined
      await putObject(s3, 'films', 'old.bin', body)
    }
    return route.continue()
  })

  next = { method: 'PUT', body: 'second' }
  await move()
  await page.getByText('Nothing was moved').waitFor()
  expect(await listKeys(s3, 'films')).toEqual(['old.bin'])

  next = { method: 'DELETE', body: 'third' }
  await move()
  await page.getByText('Somebody wrote to old.bin while it was copied to new.bin').waitFor()
  expect((await getObject(s3, 'films', 'old.bin')).text).toBe('third')
  expect((await getObject(s3, 'films', 'new.bin')).text).toBe('second')

  await move()
  await page.getByRole('button', { name: 'Replace' }).click()
  await page.getByText('Moved to new.bin').waitFor()
  expect(await listKeys(s3, 'films')).toEqual(['new.bin'])
  expect((await getObject(s3, 'films', 'new.bin')).text).toBe('third')
  expect(complaints).toEqual([])
})
