import { describe, expect, it } from 'vitest'
import { createDirectoryBucket } from '../conformance/directory-buckets/directory-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { makeUser } from '../support/identity-clients.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

describe('the list of buckets', () => {
  it('has those of both kinds by name, directory buckets with their zone and what they hold', async (context) => {
    await using site = await startConsoleSite()
    const { s3 } = site
    const bucket = await createDirectoryBucket(s3, 'middle')
    for (const name of ['zebra', 'apple']) await createBucket(s3, name)
    await putObject(s3, bucket, 'a.txt', 'x'.repeat(2048))
    await rawRequest(s3, { method: 'POST', path: `/${bucket}/open`, query: 'uploads' })
    const viewport = { width: 360, height: 740 }
    await using opened = await openPage(context, site, '#/buckets', { viewport })
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByText('3 buckets').waitFor()
    const rows = page.getByRole('row')
    expect(await page.locator('td a').allTextContents()).toEqual(['apple', bucket, 'zebra'])
    const row = rows.filter({ hasText: bucket })
    expect(await row.getByRole('cell').first().textContent()).toMatch(/Directory .*use1-az4$/)
    await row.getByText('2 KiB').waitFor()
    expect(await page.getByText('you may not list them').count()).toBe(0)
    await expectAccessible(page)
    const widest = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(widest).toBe(viewport.width)
    await page.getByLabel('Find a bucket').fill('az4')
    expect(await page.locator('td a').allTextContents()).toEqual([bucket])

    await row.getByRole('button', { name: `Delete bucket ${bucket}` }).click()
    await page.getByText('without uploads that are not complete').waitFor()
    const yes = page.getByRole('dialog').getByRole('button', { name: 'Delete bucket' })
    await yes.click()
    await page.getByText('The bucket is not empty').waitFor()
    await rawRequest(s3, { method: 'DELETE', path: `/${bucket}/a.txt` })
    const uploads = (await rawRequest(s3, { path: `/${bucket}`, query: 'uploads' })).text
    const id = /<UploadId>(.*)<\/UploadId>/.exec(uploads)?.[1] ?? ''
    await rawRequest(s3, { method: 'DELETE', path: `/${bucket}/open`, query: `uploadId=${id}` })
    await row.getByRole('button', { name: `Delete bucket ${bucket}` }).click()
    await yes.click()
    await page.getByText(`${bucket} is deleted`).waitFor()
    await page.getByText('2 buckets').waitFor()
    expect(complaints).toEqual([])
  })

  it.for<readonly [action: string, name: string, hint: string]>([
    ['s3:ListAllMyBuckets', 'photos', 'Directory buckets are not shown'],
    ['s3express:ListAllMyDirectoryBuckets', 'fast--use1-az4--x-s3', 'General purpose buckets are not shown'],
  ])(
    'of who has %s alone has what that lists, and tells of the other',
    async ([Action, name, hint], context) => {
      await using site = await startConsoleSite()
      await createBucket(site.s3, 'photos')
      await createDirectoryBucket(site.s3, 'fast')
      const credentials = await makeUser(site.s3, 'alice', { Effect: 'Allow', Action, Resource: '*' })
      await using opened = await openPage(context, site)
      const { page, complaints } = opened
      await signInAt(page, credentials)
      await page.getByText(hint).waitFor()
      expect(await page.locator('td a').allTextContents()).toEqual([name])
      expect(await page.getByRole('alert').count()).toBe(0)
      await expectAccessible(page)
      expect(complaints).toEqual([])
    },
  )

  it('of who may list none says so', async (context) => {
    await using site = await startConsoleSite()
    const credentials = await makeUser(site.s3, 'bob', { Effect: 'Deny', Action: 's3:*', Resource: '*' })
    await using opened = await openPage(context, site)
    const { page } = opened
    await signInAt(page, credentials)
    await page.getByRole('alert').getByText('You may not do this').waitFor()
    expect(await page.getByText('There are no buckets yet').count()).toBe(0)
  })

  it('leads who may use a bucket and list none to it by its name', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await putObject(site.s3, 'photos', 'cat.txt', 'a cat')
    const Resource = ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*']
    const Action = ['s3:ListBucket', 's3:GetObject']
    const credentials = await makeUser(site.s3, 'bob', { Effect: 'Allow', Action, Resource })
    await using opened = await openPage(context, site)
    const { page, complaints } = opened
    await signInAt(page, credentials)
    await page.getByText('s3:ListAllMyBuckets').waitFor()
    expect(await page.getByText('0 buckets').count()).toBe(0)
    await expectAccessible(page)
    await page.getByLabel('Open a bucket by its name').fill('photos')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'cat.txt' }).waitFor()
    // What is refused of several is told as what is refused alone.
    await page.getByLabel('Select cat.txt').check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('1 could not be deleted: You may not do this.').waitFor()
    await page.getByText('the permission s3:DeleteObject on arn:aws:s3:::photos/cat.txt').waitFor()
    expect(complaints).toEqual([])
  })

  it('is ordered by what its columns tell, by mouse and by key', async (context) => {
    await using site = await startConsoleSite()
    for (const [bucket, sizeBytes] of [
      ['aaa', 10],
      ['bbb', 3000],
      ['ccc', 200],
    ] as const) {
      await createBucket(site.s3, bucket)
      await putObject(site.s3, bucket, 'key', 'x'.repeat(sizeBytes))
    }
    await using opened = await openPage(context, site)
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByText('2.9 KiB').waitFor()
    const names = () => page.locator('tbody a').allInnerTexts()
    expect(await names()).toEqual(['aaa', 'bbb', 'ccc'])
    const size = page.getByRole('button', { name: 'Size', exact: true })
    await size.click()
    await expect.poll(names).toEqual(['bbb', 'ccc', 'aaa'])
    await page
      .getByRole('columnheader', { name: 'Size' })
      .and(page.locator('[aria-sort=descending]'))
      .waitFor()
    await size.press('Enter')
    await expect.poll(names).toEqual(['aaa', 'ccc', 'bbb'])
    await expectAccessible(page)
    expect(complaints).toEqual([])
  })
})
