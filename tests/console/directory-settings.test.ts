import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { ListTagsForResourceCommand } from '@aws-sdk/client-s3-control'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createDirectoryBucket } from '../conformance/directory-buckets/directory-room.ts'
import { mainAccount, otherCredentials, testRegion } from '../support/accounts.ts'
import { putObject } from '../support/buckets.ts'
import { controlClient } from '../support/control-client.ts'
import { makeUser } from '../support/identity-clients.ts'
import { kmsClient } from '../support/kms-client.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const names = (page: Page) =>
  page.getByRole('navigation', { name: 'Settings of the bucket' }).getByRole('link')

async function open(page: Page, title: string): Promise<void> {
  await names(page).filter({ hasText: title }).click()
  await page.getByRole('heading', { name: title, exact: true }).waitFor()
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').last().waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).last().click()
}

it('the settings of a directory bucket are those that it has, and are changed', async (context) => {
  await using site = await startConsoleSite()
  const { s3 } = site
  const bucket = await createDirectoryBucket(s3, 'fast')
  const arn = `arn:aws:s3express:${testRegion}:${mainAccount.id}:bucket/${bucket}`
  const document = async (query: string) => (await rawRequest(s3, { path: `/${bucket}`, query })).text
  const { KeyMetadata } = await kmsClient(s3).send(new CreateKeyCommand({}))
  await using opened = await openPage(context, site, `#/buckets/${bucket}/settings`)
  const { page, complaints } = opened
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 501) refused.push(response.url())
  })
  await signInAt(page)
  await names(page).first().waitFor()
  expect(await names(page).allTextContents()).toEqual([
    'Lifecycle',
    'Encryption',
    'Bucket policy',
    'Request metrics',
    'Tags',
    'Usage over time',
  ])

  await page.getByRole('button', { name: 'Add rule' }).click()
  await page.getByLabel('For names that start with').fill('logs/')
  await page.getByLabel('Delete after days').fill('30')
  await page.getByLabel('Abort unfinished uploads after days').fill('7')
  expect(await page.getByRole('button', { name: 'Add move' }).count()).toBe(0)
  await expectAccessible(page)
  await save(page)
  const rules = await document('lifecycle')
  for (const part of ['<Prefix>logs/</Prefix>', '<Days>30<', '<DaysAfterInitiation>7<'])
    expect(rules).toContain(part)

  await open(page, 'Encryption')
  await page.getByLabel('With').selectOption('a key of the key service (SSE-KMS)')
  await page.getByLabel('Key of the key service').fill(KeyMetadata?.KeyId ?? '')
  await page.getByText('has this key for its life').waitFor()
  await save(page)
  expect(await document('encryption')).toMatch(/<SSEAlgorithm>aws:kms<.*<BucketKeyEnabled>true</s)
  await page.getByLabel('With').selectOption('a key of the server (SSE-S3)')
  await save(page)
  expect(await document('encryption')).toContain('AES256')

  await open(page, 'Request metrics')
  await page.getByLabel('Id of a new one').fill('all')
  await page.getByRole('button', { name: 'Begin a new one' }).click()
  await page.getByLabel('Names start with').fill('raw/')
  expect(await page.getByLabel('Or have the tag').count()).toBe(0)
  await save(page)
  expect(await document('metrics&id=all')).toContain('<Filter><Prefix>raw/</Prefix></Filter>')

  await open(page, 'Tags')
  const told = async () => {
    const of = { AccountId: mainAccount.id, ResourceArn: arn }
    const { Tags = [] } = await controlClient(s3).send(new ListTagsForResourceCommand(of))
    return Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key, Value]))
  }
  for (const [index, [tag, value]] of [
    ['team', 'blue + red'],
    ['cost centre', ''],
  ].entries()) {
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByLabel(`Tag ${index + 1}`, { exact: true }).fill(tag ?? '')
    await page.getByLabel(`Value of tag ${index + 1}`).fill(value ?? '')
  }
  await expectAccessible(page)
  await save(page)
  expect(await told()).toEqual({ team: 'blue + red', 'cost centre': '' })
  await page.getByLabel('Tag 1', { exact: true }).fill('squad')
  await save(page)
  expect(Object.keys(await told()).toSorted()).toHaveLength(2)
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click()
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click()
  await save(page)
  expect(await told()).toEqual({})

  await open(page, 'Usage over time')
  await page.getByText('There are no samples yet').waitFor()
  expect([...refused, ...complaints]).toEqual([])
})

it('its policy lets another account read, which is told before it is saved, and is never public', async (context) => {
  await using site = await startConsoleSite()
  const { s3 } = site
  const bucket = await createDirectoryBucket(s3, 'fast')
  await putObject(s3, bucket, 'a.txt', 'meow')
  const asOther = (method: string) =>
    rawRequest({ ...s3, credentials: otherCredentials }, { method, path: `/${bucket}/a.txt` })
  await using opened = await openPage(context, site, `#/buckets/${bucket}/settings/policy`)
  const { page, complaints } = opened
  await signInAt(page)
  const who = page.getByLabel('Who', { exact: true })
  await who.waitFor()
  expect(await who.locator('option').allTextContents()).toEqual([
    'This account’s own users',
    'Another account, by its id',
  ])
  await who.selectOption('Another account, by its id')
  await page.getByLabel('Account id').fill('100000000002')
  await page.getByRole('button', { name: 'Put in' }).click()
  await page.getByRole('button', { name: 'Show who gains and loses' }).click()
  const effects = page.getByRole('region', { name: 'Who gains and loses' })
  await effects.getByText('100000000002').waitFor()
  expect(await effects.getByRole('listitem').allTextContents()).toEqual([
    `100000000002 gains: list and read all objects (bucket/${bucket})`,
  ])
  await expectAccessible(page)
  expect((await asOther('GET')).status).toBe(403)
  await save(page)
  expect([(await asOther('GET')).text, (await asOther('DELETE')).status]).toEqual(['meow', 403])

  const text = page.getByLabel('The document that is sent')
  const fits = page.getByRole('group', { name: 'Words that fit here' })
  await text.fill('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "')
  await text.press('ControlOrMeta+End')
  await fits.getByRole('button', { name: 's3express:CreateSession', exact: true }).click()
  expect(await fits.getByRole('button', { name: 's3:GetObject', exact: true }).count()).toBe(0)
  await page.keyboard.type(', "Resource": "')
  await fits.getByRole('button', { name: new RegExp(`bucket/${bucket}$`) }).click()
  await page.keyboard.type('}}')
  await page.getByText('a directory bucket is never public').waitFor()
  expect(complaints).toEqual([])
})

it('who may what with it is explained by its sessions', async (context) => {
  await using site = await startConsoleSite()
  const { s3 } = site
  const bucket = await createDirectoryBucket(s3, 'fast')
  await putObject(s3, bucket, 'a.txt', 'meow')
  await makeUser(s3, 'reader', {
    Effect: 'Allow',
    Action: 's3express:CreateSession',
    Resource: '*',
    Condition: { StringEquals: { 's3express:SessionMode': 'ReadOnly' } },
  })
  await using opened = await openPage(context, site, `#/buckets/${bucket}?key=a.txt`)
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByRole('link', { name: 'Who may?' }).click()
  await page.getByLabel('Who', { exact: true }).fill('user/reader')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByText('may list and read all objects').waitFor()
  await page.getByText('may not write and delete all objects').waitFor()
  await page.getByText('may not delete the bucket').waitFor()
  await expectAccessible(page)
  expect(complaints).toEqual([])
})
