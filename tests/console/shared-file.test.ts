import { expect, it } from 'vitest'
import { mainCredentials } from '../support/accounts.ts'
import { driveBrowser, expectAccessible, openPage } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

it('a new user goes from signing in to a shared file, click by click', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site)
  const { page, complaints } = opened
  const start = Date.now()

  // 1. Two fields and a button: the server has printed what goes into them.
  await expectAccessible(page)
  await page.getByLabel('Access key', { exact: true }).fill(mainCredentials.accessKeyId)
  await page.getByLabel('Secret key').fill(mainCredentials.secretAccessKey)
  await page.getByRole('button', { name: 'Sign in' }).click()

  // 2. There are no buckets, and the page says what to do.
  await page.getByText('create one to begin').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create bucket' }).click()
  await page.getByLabel('Name').fill('first-bucket')
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Create bucket' }).click()

  // 3. The new bucket is open. A file goes in.
  await page.getByText('Nothing is here yet').waitFor()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  const bytes = Buffer.from('what is shared\n')
  await (await choosing).setFiles({ name: 'first file.txt', mimeType: 'text/plain', buffer: bytes })
  await page.getByRole('link', { name: 'first file.txt' }).waitFor()
  await expectAccessible(page)

  // 4. The link is there to be copied, and as a QR code.
  await page.getByRole('button', { name: 'Share first file.txt' }).click()
  await page.getByLabel('Link is good for').selectOption('1 day')
  await page.getByRole('img', { name: 'QR code of the link' }).waitFor()
  await expectAccessible(page)
  const link = await page.getByLabel('Link', { exact: true }).inputValue()
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('86400')
  expect(new URL(link).origin).toBe(site.s3.url)

  const seconds = (Date.now() - start) / 1000
  expect(await (await fetch(link)).text()).toBe('what is shared\n')
  expect(complaints).toEqual([])
  expect(seconds).toBeLessThan(120)
})
