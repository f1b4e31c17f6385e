import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { makeRole } from '../support/identity-clients.ts'
import { rawRequest } from '../support/raw-request.ts'
import { setVersioning } from '../support/versioning.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.ts'

driveBrowser()

const document = async ({ s3 }: ConsoleSite, query: string): Promise<string> =>
  (await rawRequest(s3, { path: '/photos', query })).text

async function open(page: Page, title: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Settings of the bucket' })
    .getByRole('link', { name: title, exact: true })
    .click()
  await page.getByRole('heading', { name: title, exact: true }).waitFor()
}

async function save(page: Page): Promise<void> {
  const stored = page.waitForResponse((response) => response.request().method() === 'PUT' && response.ok())
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await stored
  await page.getByText('Saved.').last().waitFor()
}

describe('the settings of a bucket', () => {
  it('are each shown without a complaint, and hold nothing against accessibility', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await using opened = await openPage(context, site, '#/buckets/photos/settings')
    const { page, complaints } = opened
    await signInAt(page)
    const names = page.getByRole('navigation', { name: 'Settings of the bucket' }).getByRole('link')
    await names.first().waitFor()
    const titles = await names.allTextContents()
    expect(titles.length).toBe(23)
    for (const title of titles) {
      await open(page, title)
      // What cannot be read says why, and what is not set says so.
      await page
        .getByRole('button', { name: 'Save', exact: true })
        .or(page.getByRole('button', { name: /^(Begin a new one|Create access point)$/ }))
        .or(page.getByRole('alert'))
        .or(page.getByText(/There are no samples yet|ACLs are turned off/))
        .first()
        .waitFor()
    }
    await expectAccessible(page)
    expect(complaints).toEqual([])
  })

  it('are changed by their forms, and by the documents beside them', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await using opened = await openPage(context, site, '#/buckets/photos/settings')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByLabel('Old versions').selectOption('Kept')
    await save(page)
    expect(await document(site, 'versioning')).toContain('<Status>Enabled</Status>')
    await page.getByLabel('Old versions').selectOption('No longer kept; those there are stay')
    await page.getByText('gone for good').waitFor()

    await open(page, 'Lifecycle')
    await page.getByRole('button', { name: 'Add rule' }).click()
    await page.getByLabel('For names that start with').fill('logs/')
    await page.getByLabel('Delete after days').fill('30')
    await page.getByRole('button', { name: 'Add move' }).click()
    await page.getByLabel('After days', { exact: true }).fill('7')
    await page.getByLabel('To', { exact: true }).selectOption('GLACIER')
    await page.getByText('moves to GLACIER').waitFor()
    await page.getByText('After 30 days').waitFor()
    await expectAccessible(page)
    await save(page)
    const rules = await document(site, 'lifecycle')
    for (const part of ['<Prefix>logs/</Prefix>', '<Days>30</Days>', '<StorageClass>GLACIER</StorageClass>'])
      expect(rules).toContain(part)

    await open(page, 'Tags')
    const xml = page.getByLabel('The document that is sent')
    await xml.fill('<Tagging><TagSet><Tag>')
    await page.getByText('This is no XML').waitFor()
    await xml.fill('<Tagging><TagSet><Tag><Key>team</Key><Value>blue</Value></Tag></TagSet></Tagging>')
    expect(await page.getByLabel('Value').inputValue()).toBe('blue')
    await save(page)
    expect(await document(site, 'tagging')).toContain('<Value>blue</Value>')
    await page.getByRole('button', { name: 'Remove this setting' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove this setting' }).click()
    await page.getByText('Removed.').waitFor()
    expect(await document(site, 'tagging')).toContain('NoSuchTagSet')
    // Chromium's own words about XML that is none come with a style, which the policy stops.
    expect(complaints.filter((text) => !text.startsWith('Applying inline style'))).toEqual([])
  })

  it('replicate within a time that is watched, with all that S3 wants said of it', async (context) => {
    await using site = await startConsoleSite()
    for (const bucket of ['photos', 'copies']) {
      await createBucket(site.s3, bucket)
      await setVersioning(site.s3, bucket, 'Enabled')
    }
    const Principal = { Service: 's3.amazonaws.com' }
    const trust = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' },
    }
    await makeRole(site.s3, { RoleName: 'copier', AssumeRolePolicyDocument: JSON.stringify(trust) })
    await using opened = await openPage(context, site, '#/buckets/photos/settings/replication')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByLabel('Role', { exact: true }).fill(`arn:aws:iam::${mainAccount.id}:role/copier`)
    await page.getByRole('button', { name: 'Add rule' }).click()
    await page.getByText('Still to be filled in: Rule 1: Priority, Rule 1: To the bucket (ARN).').waitFor()
    // What there is of the account is offered.
    const offered = 'Array.from(document.querySelectorAll("datalist option"), ({ value }) => value)'
    await expect
      .poll(() => page.evaluate<string[]>(offered))
      .toEqual([`arn:aws:iam::${mainAccount.id}:role/copier`, 'arn:aws:s3:::copies', 'arn:aws:s3:::photos'])
    await page.getByLabel('Priority').fill('1')
    await page.getByLabel('To the bucket (ARN)').fill('arn:aws:s3:::copies')
    expect(await page.getByText('Still to be filled in').count()).toBe(0)
    const timed = page.getByLabel('Within 15 minutes (replication time control)')
    await timed.selectOption('Enabled')
    await save(page)
    const rules = await document(site, 'replication')
    expect(rules).toContain(
      '<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>',
    )
    expect(rules).toMatch(/<Metrics><Status>Enabled<\/Status><EventThreshold><Minutes>15</)
    // One is not without the other.
    await page.getByLabel('Tell of what waits and fails').selectOption('No')
    expect(await timed.inputValue()).toBe('')
    await save(page)
    expect(await document(site, 'replication')).not.toMatch(/ReplicationTime|Metrics/)
    expect(complaints).toEqual([])
  })

  it('keep what is changed while they are stored and loaded again', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await using opened = await openPage(context, site, '#/buckets/photos/settings/versioning')
    const { page, complaints } = opened
    await signInAt(page)
    const status = page.getByLabel('Old versions')
    const saveButton = page.getByRole('button', { name: 'Save', exact: true })
    for (const held of ['PUT', 'GET']) {
      const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>()
      const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>()
      await status.selectOption('Enabled')
      await page.route('**/photos?versioning=*', async (route) => {
        if (route.request().method() === held) {
          hold()
          await isLetGo
        }
        await route.continue()
      })
      await saveButton.click()
      await isHeld
      await status.selectOption('Suspended')
      const isLoaded = page.waitForResponse((response) => response.request().method() === 'GET')
      letGo()
      await isLoaded
      await page.unroute('**/photos?versioning=*')
      await expect.poll(() => document(site, 'versioning')).toContain('<Status>Enabled</Status>')
      await save(page)
      expect(await document(site, 'versioning')).toContain('<Status>Suspended</Status>')
      expect(await status.inputValue()).toBe('Suspended')
      expect(await saveButton.isDisabled()).toBe(true)
    }
    expect(complaints).toEqual([])
  })

  it('that are lists have an editor for each of their configurations', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await using opened = await openPage(context, site, '#/buckets/photos/settings/metrics')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByText('There are none.').waitFor()
    await page.getByLabel('Id of a new one').fill('raw')
    await page.getByRole('button', { name: 'Begin a new one' }).click()
    await page.getByLabel('Names start with').fill('raw/')
    await save(page)
    expect(await document(site, 'metrics&id=raw')).toContain('<Filter><Prefix>raw/</Prefix></Filter>')
    await page.getByRole('button', { name: 'Remove this setting' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove this setting' }).click()
    await page.getByText('Removed.').waitFor()
    expect(await document(site, 'metrics&id=raw')).toContain('NoSuchConfiguration')

    await open(page, 'Storage class analysis')
    await page.getByLabel('Id of a new one').fill('ages')
    await page.getByRole('button', { name: 'Begin a new one' }).click()
    await page.getByLabel('Written as').selectOption('CSV')
    await page.getByLabel('Into the bucket (ARN)').fill('arn:aws:s3:::photos')
    await save(page)
    expect(await document(site, 'analytics&id=ages')).toContain(
      '<OutputSchemaVersion>V_1</OutputSchemaVersion>',
    )

    await open(page, 'Archive tiers')
    await page.getByLabel('Id of a new one').fill('old')
    await page.getByRole('button', { name: 'Begin a new one' }).click()
    await page.getByLabel('Status').selectOption('On')
    await page.getByRole('button', { name: 'Add tier' }).click()
    await page.getByLabel('Days without access').fill('90')
    await save(page)
    const tiers = await document(site, 'intelligent-tiering&id=old')
    expect(tiers).toContain('<AccessTier>ARCHIVE_ACCESS</AccessTier>')
    expect(tiers).toContain('<Days>90</Days>')

    await open(page, 'Inventory')
    await page.getByLabel('Id of a new one').fill('all')
    await page.getByRole('button', { name: 'Begin a new one' }).click()
    await page.getByLabel('Reports are written').check()
    await page.getByLabel('Into the bucket (ARN)').fill('arn:aws:s3:::photos')
    await page.getByLabel('As', { exact: true }).selectOption('Parquet')
    await page.getByLabel('How often').selectOption('each week')
    await page.getByLabel('Of', { exact: true }).selectOption('all versions')
    await page.getByLabel('What else is told').fill('Size\nETag')
    await save(page)
    const report = await document(site, 'inventory&id=all')
    for (const part of ['<Format>Parquet</Format>', '<Frequency>Weekly</Frequency>', '<Field>ETag</Field>'])
      expect(report).toContain(part)

    await open(page, 'Access by tags (ABAC)')
    await page.getByLabel('Tags of the bucket').selectOption('count in policies')
    await page.getByText('may then let others in').waitFor()
    await save(page)
    expect(await document(site, 'abac')).toContain('<Status>Enabled</Status>')
    expect(complaints).toEqual([])
  })

  it('tell what is wrong with a policy, and have the words that fit where one writes', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await using opened = await openPage(context, site, '#/buckets/photos/settings/policy')
    const { page, complaints } = opened
    await signInAt(page)
    const text = page.getByLabel('The document that is sent')
    const fits = page.getByRole('group', { name: 'Words that fit here' })
    const take = (name: string) => fits.getByRole('button', { name, exact: true }).click()
    const type = (typed: string) => page.keyboard.type(typed)
    await text.click()
    await type('{ "')
    await take('Statement')
    await type(': { "')
    await take('Effect')
    await type(': "d')
    await take('Deny')
    await type(', "Principal": "*", "Action": "s3:getobjectvers')
    await take('s3:GetObjectVersion')
    await type(', "Resource": "')
    await take('arn:aws:s3:::photos/*')
    await type(', "Condition": { "booo": { "aws:securet')
    await take('aws:SecureTransport')
    await type(': "false" } } } }')
    await page.getByText('There is no condition operator booo').waitFor()
    await expectAccessible(page)
    await text.fill((await text.inputValue()).replace('booo', 'Bool'))
    await expect.poll(() => page.getByText('There is no condition operator').count()).toBe(0)
    await page.getByLabel('What changes').getByText('+').first().waitFor()
    await save(page)
    expect(JSON.parse(await document(site, 'policy'))).toMatchObject({
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObjectVersion',
        Resource: 'arn:aws:s3:::photos/*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    })
    expect(complaints).toEqual([])
  })

  it('show what the bucket held over time', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await putObject(site.s3, 'photos', 'cat.txt', Buffer.alloc(3000))
    site.s3.clock.advance(60 * 60 * 1000)
    const date = () => site.s3.clock.now()
    const samples = async () =>
      (await rawRequest(site.s3, { path: '/-/usage-history', query: 'bucket=photos', date: date() })).text
    await expect.poll(samples, { timeout: 20_000 }).toContain('"bytes":3000')
    site.s3.clock.advance(-60 * 60 * 1000)
    await using opened = await openPage(context, site, '#/buckets/photos/settings/usage')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByText('objects and their versions: 2.9').waitFor()
    await page.getByText('Objects: 1').waitFor()
    await page.getByLabel('Show').selectOption('hours of the last week')
    await page.getByText('Size, KiB').waitFor()
    await expect.poll(() => page.locator('canvas').count()).toBe(2)
    await expectAccessible(page)
    expect(complaints).toEqual([])
  })

  it('let another account in by a policy, and warn in words before anybody is', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await putObject(site.s3, 'photos', 'cat.txt', 'meow')
    const asOther = () =>
      rawRequest({ ...site.s3, credentials: otherCredentials }, { path: '/photos/cat.txt' })
    await using opened = await openPage(context, site, '#/buckets/photos/settings/policy')
    const { page } = opened
    await signInAt(page)
    await page.getByLabel('Who', { exact: true }).selectOption('Another account, by its id')
    await page.getByLabel('Account id').fill('100000000002')
    await page.getByRole('button', { name: 'Put in' }).click()
    await page.getByRole('button', { name: 'Show who gains and loses' }).click()
    const effects = page.getByRole('region', { name: 'Who gains and loses' })
    await effects.getByText('100000000002').waitFor()
    expect(await effects.getByRole('listitem').allTextContents()).toEqual([
      '100000000002 gains: read it (photos/any-object)',
    ])
    await effects.getByText('Nothing changes for anybody, without signing in, this account.').waitFor()
    await expectAccessible(page)
    expect((await asOther()).status).toBe(403)
    await save(page)
    expect((await asOther()).text).toBe('meow')
    await page.getByLabel('Who', { exact: true }).selectOption('Anybody, without signing in')
    await page.getByRole('button', { name: 'Put in' }).click()
    await page.getByText('This becomes public').waitFor()
    await page.getByRole('button', { name: 'Show who gains and loses' }).click()
    await page.getByText('The server would refuse this').waitFor()
    // Public access is blocked in new buckets: the server says so, and the page in words.
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const refusal = page.getByText('which a public access block refuses')
    await refusal.waitFor()
    // What is refused is another one than it is after a change.
    await page.locator('main textarea').press('ControlOrMeta+End')
    await page.keyboard.type(' ')
    await refusal.waitFor({ state: 'detached' })
    await open(page, 'Public access')
    await page.getByLabel('Refuse new public policies').uncheck()
    await page.getByText('may then make this bucket public').waitFor()
  })
})
