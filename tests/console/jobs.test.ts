import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createBucket, listKeys, putObject } from '../support/buckets.ts'
import { iamClient, makeRole } from '../support/identity-clients.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.ts'

driveBrowser()

const documentOf = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement })

/** A role that jobs may run as, and that may do all of S3. */
async function makeJobRole({ s3 }: ConsoleSite): Promise<void> {
  const Principal = { Service: 'batchoperations.s3.amazonaws.com' }
  const trust = documentOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
  await makeRole(s3, { RoleName: 'batch', AssumeRolePolicyDocument: trust })
  const PolicyDocument = documentOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  await iamClient(s3).send(new PutRolePolicyCommand({ RoleName: 'batch', PolicyName: 'all', PolicyDocument }))
}

/** Until the page says so; workers look for jobs by the server's clock, which goes on meanwhile. */
async function becomes({ s3 }: ConsoleSite, page: Page, text: string): Promise<void> {
  await expect
    .poll(
      async () => {
        s3.clock.advance(6000)
        return page.getByText(text, { exact: true }).count()
      },
      { timeout: 40_000 },
    )
    .toBeGreaterThan(0)
}

it('a job is asked for step by step, run once it is known what it will do, and leads to its report', async (context) => {
  await using site = await startConsoleSite()
  for (const bucket of ['photos', 'copies', 'reports']) await createBucket(site.s3, bucket)
  for (const key of ['2025/a', '2025/b', '2026/c']) await putObject(site.s3, 'photos', key, key)
  await makeJobRole(site)
  await using opened = await openPage(context, site, '#/jobs')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByText('None.', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Create job' }).click()
  await page.getByRole('button', { name: 'Create job' }).click()
  await page.getByText('Still to be filled in: To the bucket, Bucket.').waitFor()
  await page.getByLabel('Write a report').check()
  await page.getByRole('button', { name: 'Create job' }).click()
  await page.getByText('Still to be filled in: To the bucket, Bucket, Report into the bucket.').waitFor()
  await page.getByLabel('To the bucket', { exact: true }).selectOption('copies')
  await page.getByLabel('In the folder').fill('old')
  await page.getByLabel('Bucket', { exact: true }).selectOption('photos')
  await page.getByLabel('Only names that start with').fill('2025/')
  await page.getByLabel('Description').fill('copy the old ones')
  await page.getByLabel('Write a report').check()
  await page.getByLabel('Report into the bucket').selectOption('reports')
  await page.getByLabel('Names of reports start with').fill('jobs')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create job' }).click()
  await page.getByRole('heading', { name: 'copy the old ones' }).waitFor()

  await becomes(site, page, 'waits to be run')
  await page.getByText('0 of 2 done').waitFor()
  expect(await listKeys(site.s3, 'copies')).toEqual([])
  await page.getByLabel('Priority').fill('7')
  await page.getByRole('button', { name: 'Set priority' }).click()
  await page.getByText('The priority is set').waitFor()
  await page.getByRole('button', { name: 'Run job' }).click()
  await becomes(site, page, 'complete')
  await page.getByText('2 of 2 done').waitFor()
  await expectAccessible(page)
  expect(await listKeys(site.s3, 'copies')).toEqual(['old/2025/a', 'old/2025/b'])
  await page.getByRole('link', { name: 'All jobs' }).click()
  await page.getByRole('cell', { name: '7', exact: true }).waitFor()
  await page.getByRole('link', { name: 'copy the old ones' }).click()
  await page.getByRole('link', { name: 'Open the folder of its report' }).click()
  await page.getByRole('link', { name: 'manifest.json' }).waitFor()
  expect(complaints).toEqual([])
})

it('a job of a list of objects is cancelled, and what is refused is told in words', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'photos')
  await putObject(site.s3, 'photos', 'a', 'a')
  await putObject(site.s3, 'photos', 'list.csv', 'photos,a\n')
  await makeJobRole(site)
  await using opened = await openPage(context, site, '#/jobs/new')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByLabel('Operation').selectOption('replaces tags')
  await page.getByRole('button', { name: 'Add tag' }).click()
  await page.getByLabel('Name', { exact: true }).fill('team')
  await page.getByLabel('Value', { exact: true }).fill('blue')
  await page.getByLabel('Objects', { exact: true }).selectOption('those in a list (CSV, or an inventory)')
  await page.getByLabel('Bucket of the list').fill('photos')
  await page.getByLabel('Name of the list').fill('no such list')
  await page.getByRole('button', { name: 'Create job' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Name of the list').fill('list.csv')
  await page.getByRole('button', { name: 'Create job' }).click()
  await becomes(site, page, 'waits to be run')
  await page.getByText('replaces tags').waitFor()
  await page.getByRole('button', { name: 'Cancel job' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click()
  await becomes(site, page, 'cancelled')
  const tags = await rawRequest(site.s3, { path: '/photos/a', query: 'tagging', date: site.s3.clock.now() })
  expect(tags.text).not.toContain('team')
  expect(complaints).toEqual([])
})

it('a job that computes checksums writes a report, which tells them', async (context) => {
  await using site = await startConsoleSite()
  for (const bucket of ['photos', 'reports']) await createBucket(site.s3, bucket)
  await putObject(site.s3, 'photos', 'a', 'a')
  await makeJobRole(site)
  await using opened = await openPage(context, site, '#/jobs/new')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByLabel('Operation').selectOption('S3ComputeObjectChecksum')
  await page.getByLabel('Checksum', { exact: true }).selectOption('SHA256')
  await page.getByLabel('Bucket', { exact: true }).selectOption('photos')
  await page.getByLabel('Waits to be run').uncheck()
  expect(await page.getByLabel('Write a report').isChecked()).toBe(true)
  await page.getByLabel('Report into the bucket').selectOption('reports')
  await page.getByRole('button', { name: 'Create job' }).click()
  await becomes(site, page, 'complete')
  const keys = await listKeys(site.s3, 'reports')
  const lines = keys.find((key) => key.endsWith('succeeded.csv')) ?? ''
  const { text } = await rawRequest(site.s3, { path: `/reports/${lines}` })
  expect(text).toContain('ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=')
  expect(complaints).toEqual([])
})
