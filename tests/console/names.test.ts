import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createBucket, listKeys } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { objectPath } from '../support/signature-v4.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

/** Names that a browser, a server of files or a person takes for something else; the folders that lead there, and what is shown there. */
const NAMES: readonly {
  readonly key: string
  readonly folders: readonly string[]
  readonly shown: string
}[] = [
  { key: '.', folders: [], shown: '.' },
  { key: '..', folders: [], shown: '..' },
  { key: '...', folders: [], shown: '...' },
  { key: '/', folders: ['/'], shown: '(the folder itself)' },
  { key: '//', folders: ['/', '/'], shown: '(the folder itself)' },
  { key: '/lead', folders: ['/'], shown: 'lead' },
  { key: '/..', folders: ['/'], shown: '..' },
  { key: 'a//b', folders: ['a/', '/'], shown: 'b' },
  { key: 'end/', folders: ['end/'], shown: '(the folder itself)' },
  { key: 'up/..', folders: ['up/'], shown: '..' },
  { key: 'up/../..', folders: ['up/', '../'], shown: '..' },
  { key: '../x', folders: ['../'], shown: 'x' },
  { key: './.', folders: ['./'], shown: '.' },
  { key: '%2e', folders: [], shown: '%2e' },
  { key: '%2F..', folders: [], shown: '%2F..' },
]

it(
  'names of dots, empty parts and slashes at the end are browsed, opened, downloaded and deleted',
  { timeout: 240_000 },
  async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'names')
    for (const { key } of NAMES) {
      const headers = { 'content-type': 'text/plain' }
      const put = { method: 'PUT', path: objectPath('names', key), headers, body: `text of ${key}` }
      expect((await rawRequest(site.s3, put)).status).toBe(200)
    }
    await using opened = await openPage(context, site, '#/buckets/names')
    const { page, complaints } = opened
    await signInAt(page)
    const left = new Set(NAMES.map(({ key }) => key))
    for (const { key, folders, shown } of NAMES) {
      await page.goto(`${site.url}#/buckets/names`)
      let prefix = ''
      for (const folder of folders) {
        prefix += folder
        await entryOf(page, folder, { prefix }).click()
      }
      const entry = entryOf(page, shown, { ...(prefix !== '' && { prefix }), key })
      await entry.click()
      await page.locator('pre', { hasText: new RegExp(`^text of ${RegExp.escape(key)}$`) }).waitFor()
      if (key === '/') await expectAccessible(page)
      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download', exact: true }).click()
      expect(await readFile(await (await downloading).path(), 'utf8')).toBe(`text of ${key}`)
      await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click()
      await page.getByLabel(`Select ${shown}`, EXACT).check()
      await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      left.delete(key)
      await expect.poll(async () => new Set(await listKeys(site.s3, 'names'))).toEqual(left)
      // Rows move up then: not while the next is clicked on.
      await entry.waitFor({ state: 'detached' })
    }
    expect(complaints).toEqual([])
  },
)

const EXACT = { exact: true }

/** By where it leads as well: the list before is shown until there is something of the one that is asked for. */
function entryOf(page: Page, text: string, place: Readonly<Record<string, string>>): Locator {
  const link = `a.entry[href="#/buckets/names?${new URLSearchParams(place).toString()}"]`
  return page.locator(link, { has: page.getByText(text, EXACT) })
}
