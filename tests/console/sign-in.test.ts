import { CreateLoginProfileCommand, CreateUserCommand } from '@aws-sdk/client-iam'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { mainAccount, mainCredentials } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { iamClient, putPolicy } from '../support/identity-clients.ts'
import { driveBrowser, expectAccessible, openPage } from './browser.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.ts'

driveBrowser()

const PASSWORD = 'Correct-Horse-9-Battery'
const HOUR = 3600 * 1000

describe('an access key', () => {
  const tryKey = async (page: Page, accessKeyId: string, secret: string): Promise<void> => {
    await page.getByLabel('Access key', { exact: true }).fill(accessKeyId)
    await page.getByLabel('Secret key').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  it('that is refused says what is wrong: the key, the secret, or the clock', async (context) => {
    await using site = await startConsoleSite()
    await using opened = await openPage(context, site)
    const { page, complaints } = opened
    const { accessKeyId, secretAccessKey } = mainCredentials
    await tryKey(page, `${accessKeyId}X`, secretAccessKey)
    await page.getByText('There is no such access key').waitFor()
    await tryKey(page, accessKeyId, `${secretAccessKey}x`)
    await page.getByText('The secret key does not belong to this access key').waitFor()
    await page.clock.setFixedTime(site.s3.clock.now().getTime() + HOUR)
    await tryKey(page, accessKeyId, secretAccessKey)
    await page.getByText('The clock of this machine is wrong').waitFor()
    expect(complaints).toEqual([])
  })
})

describe('a session that ends', () => {
  const makeUser = async (site: ConsoleSite, UserName: string): Promise<void> => {
    const iam = iamClient(site.s3)
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }))
    await putPolicy(iam, UserName, { Effect: 'Allow', Action: 's3:*', Resource: '*' })
  }
  const passwordIn = async (page: Page): Promise<void> => {
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  /** A session is good for 12 hours. */
  const later = async (site: ConsoleSite, page: Page): Promise<void> => {
    site.s3.clock.advance(13 * HOUR)
    await page.clock.setFixedTime(site.s3.clock.now())
  }

  it('asks to sign in again, and what was typed is saved then', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    for (const name of ['alice', 'bob']) await makeUser(site, name)
    await using opened = await openPage(context, site, '#/buckets/photos/settings/tags')
    const { page, complaints } = opened
    await page.getByRole('button', { name: 'With a name and password' }).click()
    await page.getByLabel('Account id or alias').fill(mainAccount.id)
    await page.getByLabel('User name').fill('alice')
    await page.getByLabel('Stay signed in').check()
    await passwordIn(page)
    const document = page.getByLabel('Document')
    await document.fill('<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>')
    await later(site, page)
    await page.getByRole('button', { name: 'Save', exact: true }).click()

    // Without it nothing is saved, and what was typed stays.
    const window = page.getByRole('dialog', { name: 'Your session has ended' })
    await window.waitFor()
    await expectAccessible(page)
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await window.getByRole('button', { name: 'Close' }).click()
    await page.getByText('Your session has ended. Sign in again.').waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()

    // Nobody else goes on with it.
    await window.getByLabel('User name').fill('bob')
    await passwordIn(page)
    await window.getByText('This is somebody else').waitFor()
    await window.getByLabel('User name').fill('alice')
    await passwordIn(page)
    await page.getByText('Saved.').waitFor()
    expect(await document.inputValue()).toContain('<Value>b</Value>')
    expect(page.url()).toContain('#/buckets/photos/settings/tags')

    // The next file goes on by itself too.
    await page.goto(`${site.url}#/buckets/photos`)
    await page.getByText('Nothing is here yet').waitFor()
    await later(site, page)
    const file = { name: 'new.txt', mimeType: 'text/plain', buffer: Buffer.from('new') }
    await page.locator('input[type=file]').last().setInputFiles(file)
    await window.waitFor()
    expect(await window.getByLabel('User name').inputValue()).toBe('alice')
    await passwordIn(page)
    await page.getByRole('link', { name: 'new.txt' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('is told in the page of keys too', async (context) => {
    await using site = await startConsoleSite()
    await makeUser(site, 'alice')
    await using opened = await openPage(context, site, '#/keys')
    const { page, complaints } = opened
    await page.getByRole('button', { name: 'With a name and password' }).click()
    await page.getByLabel('Account id or alias').fill(mainAccount.id)
    await page.getByLabel('User name').fill('alice')
    await passwordIn(page)
    await page.getByText('You may not do this').waitFor()
    await later(site, page)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    expect(complaints).toEqual([])
  })
})
