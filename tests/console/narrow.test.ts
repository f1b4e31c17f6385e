import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { driveBrowser, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const WIDTH = 360

const JOBS = `<ListJobsResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Jobs><member>
<JobId>0ea9c0a8-fe9a-6176-391d-de9fae4f1a3e</JobId><Operation>S3PutObjectCopy</Operation><Priority>10</Priority>
<Status>Suspended</Status><CreationTime>2026-01-01T00:00:00Z</CreationTime>
<ProgressSummary><TotalNumberOfTasks>60</TotalNumberOfTasks></ProgressSummary>
</member></Jobs></ListJobsResult>`

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

it('on a narrow screen a job’s name can be read, and problems of a policy stand one below the other', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'photos')
  const viewport = { width: WIDTH, height: 740 }
  await using opened = await openPage(context, site, '#/jobs', { viewport })
  const { page } = opened
  await page.route('**/v20180820/jobs*', (route) =>
    route.fulfill({ contentType: 'application/xml', body: JOBS }),
  )
  await signInAt(page)
  const job = page.getByRole('link', { name: '0ea9c0a8-fe9a-6176-391d-de9fae4f1a3e' })
  await expect.poll(async () => (await job.boundingBox())?.width).toBeGreaterThan(90)
  expect(await page.getByRole('columnheader', { name: 'Created' }).isVisible()).toBe(false)

  await page.goto(`${site.url}#/buckets/photos/settings/policy`)
  const statement = { Effect: 'Allow', Principal: '*', Action: ['s3:Nothing', 's3:Nil'], Resource: '*' }
  await page
    .getByLabel('The document that is sent')
    .fill(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
  const problems = page.locator('.problems li')
  await problems.nth(1).waitFor()
  const [first, second] = [await problems.nth(0).boundingBox(), await problems.nth(1).boundingBox()]
  expect(second?.x).toBe(first?.x)
})
