import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { driveBrowser, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const WIDTH = 360

it('on a narrow screen names can be read, and where one is lies in sight', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'website-assets-of-the-team')
  const viewport = { width: WIDTH, height: 740 }
  await using opened = await openPage(context, site, '#/buckets', { viewport })
  const { page, complaints } = opened
  await signInAt(page)
  const name = page.getByRole('link', { name: 'website-assets-of-the-team' })
  await name.waitFor()
  expect((await name.boundingBox())?.width).toBeGreaterThan(100)
  await page.goto(`${site.url}#/running`)
  const place = page.getByRole('link', { name: 'Running it' })
  await expect.poll(async () => (await place.boundingBox())?.x).toBeLessThan(WIDTH - 100)
  await page.goto(`${site.url}#/buckets/website-assets-of-the-team/settings/tags`)
  const setting = page.getByRole('link', { name: 'Tags', exact: true })
  await expect.poll(async () => (await setting.boundingBox())?.x).toBeLessThan(WIDTH)
  expect(complaints).toEqual([])
})

it('of a bucket that is not there nothing is told but that', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site, '#/buckets/nowhere')
  const { page } = opened
  await signInAt(page)
  await page.getByText('There is no such bucket').waitFor()
  expect(await page.getByText('shown, more below').count()).toBe(0)
})
