import { expect, it } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { makeUser } from '../support/identity-clients.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

it('an access point is made, lets a user in by its policy, and is deleted', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'photos')
  await putObject(site.s3, 'photos', 'cat.txt', 'meow')
  // The bucket leaves it to its account's access points.
  const ofBucket = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::photos/*',
    Condition: { StringEquals: { 's3:DataAccessPointAccount': mainAccount.id } },
  }
  await rawRequest(site.s3, { method: 'PUT', path: '/photos', query: 'policy', body: documentOf(ofBucket) })
  const credentials = await makeUser(site.s3, 'alice')
  await using opened = await openPage(context, site, '#/buckets/photos/settings/access-points')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByText('There are no access points').waitFor()
  await page.getByRole('button', { name: 'Create access point' }).click()
  const window = page.getByRole('dialog')
  await window.getByLabel('Name').fill('team')
  await window.getByLabel('Refuse new public ACLs').uncheck()
  await expectAccessible(page)
  await window.getByRole('button', { name: 'Create access point' }).click()
  await page.getByText('Blocked: Ignore public ACLs').waitFor()
  const alias = await page.getByLabel('Alias').inputValue()
  expect(alias).toMatch(/^team-.*-s3alias$/)
  const arn = await page.getByLabel('ARN').inputValue()

  const asAlice = () => rawRequest({ ...site.s3, credentials }, { path: `/${alias}/cat.txt` })
  expect((await asAlice()).status).toBe(403)
  const Principal = { AWS: `arn:aws:iam::${mainAccount.id}:user/alice` }
  const Statement = { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `${arn}/object/*` }
  await page.getByLabel('Policy of team').fill(documentOf(Statement))
  await page.getByRole('button', { name: 'Show who gains and loses' }).click()
  const effects = page.getByRole('region', { name: 'Who gains and loses' }).getByRole('listitem')
  await effects.first().waitFor()
  expect(await effects.allTextContents()).toEqual([
    expect.stringMatching(/user\/alice gains: read it \(.*team\/object\/any-object\)/),
  ])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  expect((await asAlice()).text).toBe('meow')
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Delete access point team' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('There are no access points').waitFor()
  expect((await asAlice()).status).not.toBe(200)
  expect(complaints).toEqual([])
})

const documentOf = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement })
