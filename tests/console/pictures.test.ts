import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { driveBrowser, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

/**
 * Where pictures are left; without it the views are looked at by the tests alone. Those of the documentation are of
 * `HOLDFAST_PICTURES=docs/pictures HOLDFAST_PICTURES_OF='(objects|lifecycle|policy|access|running)-1280-light'`.
 */
const folder = process.env['HOLDFAST_PICTURES']

const pictured = new RegExp(process.env['HOLDFAST_PICTURES_OF'] ?? '')

const SCREENS = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1300 },
]

/** By how many pixels the content is wider than its place. */
const BESIDE = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('main'))`

/** Nothing lies beside the screen, whatever its width. `shown`: what a picture has to have in it. */
async function expectFits(page: Page, name: string, shown?: Locator): Promise<void> {
  for (const screen of SCREENS) {
    await page.setViewportSize(screen)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect([name, screen.width, width]).toEqual([name, screen.width, screen.width])
    expect([name, await page.evaluate(BESIDE)]).toEqual([name, 0])
    await shown?.scrollIntoViewIfNeeded()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const file = `${name}-${screen.width}-${colorScheme}.png`
      if (folder !== undefined && pictured.test(file)) await page.screenshot({ path: join(folder, file) })
    }
  }
}

it('every view fits screens of 360 to 2560 pixels', async (context) => {
  await using site = await startConsoleSite()
  for (const bucket of ['backups-2026', 'photos', 'website-assets', 'team-documents'])
    await createBucket(site.s3, bucket)
  const names = [
    '2024/',
    '2025/',
    'annual report.pdf',
    'cat.jpg',
    'notes.txt',
    'readme.md',
    'a very long name of an object that goes on and on until nobody reads it any more, with its ending.jpeg',
  ]
  for (const name of names)
    await putObject(site.s3, 'photos', name.endsWith('/') ? `${name}x` : name, 'x'.repeat(name.length * 1000))
  await using opened = await openPage(context, site)
  const { page, complaints } = opened
  await expectFits(page, 'sign-in')
  await signInAt(page)
  await page.getByRole('link', { name: 'photos' }).waitFor()
  await expectFits(page, 'buckets')
  await page.getByRole('link', { name: 'photos' }).click()
  await page.getByLabel('Select cat.jpg').check()
  await expectFits(page, 'objects')
  await page.getByRole('link', { name: 'cat.jpg' }).click()
  await page.getByText('Storage class').waitFor()
  await expectFits(page, 'object')
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('toolbar').getByRole('button', { name: 'Share' }).click()
  await page.getByRole('img', { name: 'QR code of the link' }).waitFor()
  await expectFits(page, 'share')
  await page.getByRole('button', { name: 'Close' }).click()
  await page.goto(`${site.url}#/buckets/photos/settings/lifecycle`)
  await page.getByRole('button', { name: 'Add rule' }).click()
  await page.getByLabel('Delete after days').fill('365')
  await page.getByRole('button', { name: 'Add move' }).click()
  await page.getByLabel('After days', { exact: true }).fill('30')
  await expectFits(page, 'lifecycle')
  await page.goto(`${site.url}#/buckets/photos/settings/policy`)
  await page.getByRole('button', { name: 'Put in' }).click()
  await page.getByLabel('Who', { exact: true }).selectOption('Another account, by its id')
  await page.getByLabel('Account id').fill('100000000002')
  await page.getByRole('button', { name: 'Put in' }).click()
  await page.getByRole('button', { name: 'Show who gains and loses' }).click()
  await page.getByRole('region', { name: 'Who gains and loses' }).waitFor()
  await expectFits(page, 'policy', page.getByRole('button', { name: 'Save', exact: true }))
  await page.goto(`${site.url}#/jobs/new`)
  await page.getByLabel('Bucket', { exact: true }).selectOption('photos')
  await expectFits(page, 'job')
  await page.goto(`${site.url}#/people`)
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByLabel('Name').fill('alice')
  await page.getByRole('dialog').getByRole('button', { name: 'Create user' }).click()
  await page.getByLabel('Policy', { exact: true }).waitFor()
  await expectFits(page, 'user')
  await page.goto(`${site.url}#/running`)
  await page.getByText(/all: [\d.]*[1-9]/).waitFor()
  // A chart has a line from its second point on.
  await page.waitForTimeout(folder === undefined ? 0 : 20_000)
  await expectFits(page, 'running')
  await page.goto(`${site.url}#/access?bucket=photos&key=cat.jpg`)
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByText('may not read it s3:GetObject').click()
  await expectFits(page, 'access')
  expect(complaints).toEqual([])
})
