import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { ListTagsForResourceCommand } from '@aws-sdk/client-s3-control'
import { expect, it } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { controlClient } from '../support/control-client.ts'
import { kmsClient } from '../support/kms-client.ts'
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

it('a directory bucket is made of a base name and a zone, with the choices that it has', async (context) => {
  await using site = await startConsoleSite()
  const { s3 } = site
  const { KeyMetadata } = await kmsClient(s3).send(new CreateKeyCommand({}))
  await using opened = await openPage(context, site)
  const { page, complaints } = opened
  await signInAt(page)
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Create bucket' }).click()
    await page.getByLabel('Kind').selectOption('Directory bucket')
  }
  await open()
  const dialog = page.getByRole('dialog')
  const baseName = dialog.getByLabel('Base name')
  const create = dialog.getByRole('button', { name: 'Create bucket' })
  const told = async (field: string, text: string) => {
    await dialog.getByLabel(field).fill(text)
    await create.click()
    return page.evaluate<string>("document.querySelector('dialog input:invalid')?.validationMessage ?? ''")
  }
  expect(await told('Base name', 'Fast')).toContain('small letters, digits and hyphens alone')
  expect(await told('Base name', 'fast-')).toContain('ends with a letter or a digit')
  await baseName.fill('fast')
  expect(await told('Zone', 'az4')).toContain('The id of a zone')
  expect(await told('Zone', 'usw2-az1')).toBe('')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Directory bucket in usw2-az1').waitFor()
  expect((await rawRequest(s3, { method: 'HEAD', path: '/fast--usw2-az1--x-s3' })).status).toBe(200)

  await page.goto(`${site.url}#/buckets`)
  await page.getByRole('link', { name: 'fast--usw2-az1--x-s3' }).waitFor()
  await open()
  expect(await dialog.getByLabel('Zone').inputValue()).toBe('usw2-az1')
  expect(await told('Base name', 'x'.repeat(48))).toContain('64 characters')
  await baseName.fill('sealed')
  await dialog.getByText('sealed--usw2-az1--x-s3', { exact: true }).waitFor()
  await dialog.getByText('More choices').click()
  expect(await dialog.getByLabel('Object lock').count()).toBe(0)
  expect(await dialog.getByLabel('Keep old versions').count()).toBe(0)
  await dialog.getByLabel('Objects are encrypted with').selectOption('a key of the key service (SSE-KMS)')
  await dialog.getByLabel('Key of the key service').fill('no-such-key')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByLabel('Tag 1').fill('team')
  await dialog.getByLabel('Value 1').fill('blue')
  await expectAccessible(page)
  await create.click()
  await dialog.getByRole('alert').waitFor()
  const path = '/sealed--usw2-az1--x-s3'
  expect((await rawRequest(s3, { method: 'HEAD', path })).status).toBe(404)
  await dialog.getByLabel('Key of the key service').fill(KeyMetadata?.Arn ?? '')
  await create.click()
  await page.getByText('Nothing is here yet').waitFor()
  expect((await rawRequest(s3, { path, query: 'encryption' })).text).toContain(KeyMetadata?.Arn)
  const ResourceArn = `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket${path}`
  const of = { AccountId: mainAccount.id, ResourceArn }
  const { Tags } = await controlClient(s3).send(new ListTagsForResourceCommand(of))
  expect(Tags).toEqual([{ Key: 'team', Value: 'blue' }])
  expect(complaints).toEqual([])
})
