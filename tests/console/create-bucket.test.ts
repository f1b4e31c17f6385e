import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

it('a name that no bucket may have is told with the rule that it breaks', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site)
  const { page } = opened
  await signInAt(page)
  await page.getByRole('button', { name: 'Create bucket' }).click()
  const dialog = page.getByRole('dialog')
  const name = dialog.getByLabel('Name', { exact: true })
  const told = async (text: string) => {
    await name.fill(text)
    await dialog.getByRole('button', { name: 'Create bucket' }).click()
    return page.evaluate<string>("document.querySelector('dialog input').validationMessage")
  }
  expect(await told('xn--foo')).toContain('reserved')
  expect(await told('a..b')).toContain('A dot stands between')
  expect(await told('192.168.1.1')).toContain('IP address')
  await name.fill('a.b')
  await dialog.getByRole('button', { name: 'Create bucket' }).click()
  await page.getByText('Nothing is here yet').waitFor()
})

it('a bucket is made with all its choices, and is not there where one of them is refused', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'first')
  await using opened = await openPage(context, site)
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByRole('button', { name: 'Create bucket' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('team')
  await dialog.getByText('More choices').click()
  await dialog.getByLabel('Object lock').check()
  await dialog.getByLabel('Objects belong to').selectOption('who uploaded them')
  await dialog.getByLabel('Objects are encrypted with').selectOption('a key of the key service (SSE-KMS)')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByLabel('Tag 1').fill('cost centre')
  await dialog.getByLabel('Value 1').fill('R+D')
  await expectAccessible(page)
  const create = dialog.getByRole('button', { name: 'Create bucket' })
  await page.route('**/team?encryption=*', (route) =>
    route.fulfill({ status: 403, body: '<Error><Code>AccessDenied</Code><Message>No.</Message></Error>' }),
  )
  await create.click()
  await dialog.getByRole('alert').waitFor()
  expect((await rawRequest(site.s3, { method: 'HEAD', path: '/team' })).status).toBe(404)

  await page.unroute('**/team?encryption=*')
  await create.click()
  await page.getByText('Nothing is here yet').waitFor()
  const told = async (query: string) => (await rawRequest(site.s3, { path: '/team', query })).text
  expect(await told('versioning')).toContain('<Status>Enabled</Status>')
  expect(await told('object-lock')).toContain('<ObjectLockEnabled>Enabled</ObjectLockEnabled>')
  expect(await told('ownershipControls')).toContain('ObjectWriter')
  expect(await told('encryption')).toMatch(/<SSEAlgorithm>aws:kms<.*<BucketKeyEnabled>true</)
  expect(await told('tagging')).toContain('<Key>cost centre</Key><Value>R+D</Value>')
  expect(complaints).toEqual([])
})
