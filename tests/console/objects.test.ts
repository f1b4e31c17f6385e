import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { otherCredentials } from '../support/accounts.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { isLarge } from '../support/sizes.ts'
import { driveBrowser, expectAccessible, openPage, signIn, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'
import { hostileNames, payloads } from './hostile-names.ts'

driveBrowser()

describe('signing in', () => {
  it('tells a wrong key in words, keeps nothing over a reload unless asked, and forgets on signing out', async (context) => {
    await using site = await startConsoleSite()
    await using opened = await openPage(context, site)
    const { page, complaints } = opened
    await page.getByLabel('Access key', { exact: true }).fill('HOLDFASTMAINKEY00001')
    await page.getByLabel('Secret key').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The secret key does not belong').waitFor()
    await expectAccessible(page)

    await signIn(page)
    await page.reload()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Stay signed in').check()
    await signIn(page)
    await page.reload()
    await page.getByRole('heading', { name: 'Buckets' }).waitFor()

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await page.evaluate('JSON.stringify([sessionStorage, localStorage])')).not.toContain('secret')
    expect(complaints).toEqual([])
  })
})

describe('objects', () => {
  it('are uploaded, downloaded with the very bytes, and deleted after a question', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'photos')
    await using opened = await openPage(context, site, '#/buckets/photos')
    const { page, complaints } = opened
    await page.getByLabel('Access key', { exact: true }).waitFor()
    const bytes = contentOf('cat', 300_000)
    await signInAt(page)
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await (await choosing).setFiles({ name: 'cat.jpg', mimeType: 'image/jpeg', buffer: bytes })
    await page.getByRole('link', { name: 'cat.jpg' }).waitFor()
    const stored = await getObject(site.s3, 'photos', 'cat.jpg')
    expect(stored.body.equals(bytes)).toBe(true)
    expect(stored.headers['content-type']).toBe('image/jpeg')

    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download cat.jpg' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('cat.jpg')
    expect((await readFile(await download.path())).equals(bytes)).toBe(true)

    await page.getByLabel('Select cat.jpg').check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await expectAccessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect(await listKeys(site.s3, 'photos')).toEqual(['cat.jpg'])
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing is here yet').waitFor()
    expect(await listKeys(site.s3, 'photos')).toEqual([])
    expect(complaints).toEqual([])
  })

  it('are not replaced without a question', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'notes')
    await putObject(site.s3, 'notes', 'plan.txt', 'old')
    await using opened = await openPage(context, site, '#/buckets/notes')
    const { page } = opened
    await signInAt(page)
    const file = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('new') }
    const upload = page.locator('input[type=file]').last()
    await upload.setInputFiles(file)
    await page.getByRole('button', { name: 'Keep what is there' }).click()
    await page.getByText('Left as it was').waitFor()
    expect((await getObject(site.s3, 'notes', 'plan.txt')).text).toBe('old')
    await upload.setInputFiles(file)
    await page.getByRole('button', { name: 'Replace' }).click()
    await page.getByText('Uploaded').waitFor()
    expect((await getObject(site.s3, 'notes', 'plan.txt')).text).toBe('new')
  })

  it('go in by dropping them, under the prefix that is shown, and folders come and go with what is in them', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'drops')
    await putObject(site.s3, 'drops', 'a/b/deep.txt', 'deep')
    await putObject(site.s3, 'drops', 'a/near.txt', 'near')
    await using opened = await openPage(context, site, '#/buckets/drops')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByRole('link', { name: 'a/' }).click()
    await page.getByRole('link', { name: 'near.txt' }).waitFor()
    const dropped = await page.evaluateHandle(DROPPED)
    await page.locator('.drop-area').dispatchEvent('drop', { dataTransfer: dropped })
    await page.getByRole('link', { name: 'dropped.txt' }).waitFor()
    expect((await getObject(site.s3, 'drops', 'a/dropped.txt')).text).toBe('dropped')
    await expectAccessible(page)

    await page.getByRole('link', { name: 'drops' }).click()
    await page.getByLabel('Select a/').check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('3 objects are deleted').waitFor()
    expect(await listKeys(site.s3, 'drops')).toEqual([])
    expect(complaints).toEqual([])
  })

  it('are read as they are scrolled to, never all, and found by the start of their names', async (context) => {
    const count = isLarge ? 100_000 : 2500
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'many')
    for (let start = 0; start < count; start += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, offset) =>
          putObject(site.s3, 'many', `key-${String(start + offset).padStart(6, '0')}`, ''),
        ),
      )
    await using opened = await openPage(context, site, '#/buckets/many')
    const { page } = opened
    await signInAt(page)
    await page.getByText('more below').waitFor()
    expect(await page.locator('.entry-row').count()).toBeLessThan(100)
    while (!(await page.getByText('all there are').isVisible())) {
      await page.evaluate(TO_THE_END)
      await page.waitForTimeout(20)
    }
    await page.evaluate(TO_THE_END)
    await page.getByRole('link', { name: `key-${String(count - 1).padStart(6, '0')}` }).waitFor()
    expect(await page.locator('.entry-row').count()).toBeLessThan(100)
    await page.getByLabel('Find by the start of a name').fill('key-00249')
    await page.getByText('10 shown, all there are').waitFor()
  })

  it(
    'with hostile names run nothing, listed or opened, and can be deleted',
    { timeout: 240_000 },
    async (context) => {
      await using site = await startConsoleSite()
      await createBucket(site.s3, 'hostile')
      expect(hostileNames.length).toBeGreaterThanOrEqual(200)
      for (const name of hostileNames) await putObject(site.s3, 'hostile', name, `<script>${RUNS}</script>`)
      await using opened = await openPage(context, site, '#/buckets/hostile')
      const { page, complaints, complain } = opened
      page.on('dialog', (dialog) => complain(dialog.message()))
      await page.setViewportSize({ width: 1280, height: 8000 })
      await signInAt(page)
      const topLevel = new Set(hostileNames.map((name) => /^[^/]*\/?/.exec(name)?.[0] ?? ''))
      await page.getByText(`${topLevel.size} shown, all there are`).waitFor()
      // Rows come a frame later: how many there is room for is measured first.
      const shown = page.locator('.entry-row bdi')
      await expect.poll(async () => new Set(await shown.allTextContents())).toEqual(topLevel)
      expect(await page.evaluate("'ran' in globalThis")).toBe(false)
      expect(await page.locator('.entry-row img, .entry-row script, .entry-row iframe').count()).toBe(0)
      for (const key of payloads) {
        await page.goto(`${site.url}#/buckets/hostile?key=${encodeURIComponent(key)}`)
        await page.getByRole('complementary').getByText(key, { exact: true }).first().waitFor()
        await page.getByRole('complementary').getByRole('button', { name: 'Copy or move' }).click()
        await page.getByRole('dialog').getByText(`Copy or move ${key}`, { exact: true }).waitFor()
        await page.keyboard.press('Escape')
        await page.getByRole('complementary').getByRole('button', { name: 'Share' }).click()
        await page.getByRole('img', { name: 'QR code of the link' }).waitFor()
        await page.keyboard.press('Escape')
      }
      expect(await page.evaluate("'ran' in globalThis")).toBe(false)
      await page.goto(`${site.url}#/buckets/hostile`)
      await page.getByLabel('Select all').check()
      await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByText('Nothing is here yet').waitFor()
      expect(await listKeys(site.s3, 'hostile')).toEqual([])
      expect(complaints).toEqual([])
    },
  )

  it('of others are refused in words', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'private')
    await using opened = await openPage(context, site, '#/buckets/private')
    const { page } = opened
    await signInAt(page, otherCredentials)
    await page.getByText('You may not do this').waitFor()
    await expectAccessible(page)
  })
})

const RUNS = 'globalThis.ran = 1'

// Scripts of pages are texts here: the types of browsers are not those of the tests.
const TO_THE_END = `document.querySelector('.virtual-list').scrollTo(0, 1e9)`
const DROPPED = `{
  const data = new DataTransfer()
  data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
  data
}`
