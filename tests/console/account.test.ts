import { expect, it } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

it('the account keeps all its buckets from becoming public, and quotas are set and taken away', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'photos')
  await putObject(site.s3, 'photos', 'cat.txt', 'meow')
  await using opened = await openPage(context, site, '#/account')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByRole('heading', { name: `Account ${mainAccount.id}` }).waitFor()
  await page.getByText('Nothing is set.').waitFor()
  await page.getByLabel('Refuse new public policies').check()
  await page.getByText('Buckets may then become public').waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  const block = await rawRequest(site.s3, {
    path: '/v20180820/configuration/publicAccessBlock',
    headers: { 'x-amz-account-id': mainAccount.id },
  })
  expect(block.text).toContain('<BlockPublicPolicy>true</BlockPublicPolicy>')

  await page.getByText('None.', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Set a quota' }).click()
  const window = page.getByRole('dialog')
  await window.getByLabel('Name of the bucket').fill('photos')
  await window.getByLabel('At most so many object versions').fill('1')
  await window.getByRole('button', { name: 'Set a quota' }).click()
  await page.getByRole('cell', { name: '1 of 1', exact: true }).waitFor()
  await page.getByRole('cell', { name: '4 B of no limit' }).waitFor()
  const refused = await rawRequest(site.s3, { method: 'PUT', path: '/photos/dog.txt', body: 'woof' })
  expect([refused.status, refused.errorCode]).toEqual([403, 'QuotaExceeded'])
  await page.getByRole('button', { name: 'Remove the quota of photos' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('None.', { exact: true }).waitFor()
  await putObject(site.s3, 'photos', 'dog.txt', 'woof')
  expect(complaints).toEqual([])
})
