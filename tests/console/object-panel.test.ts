import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../support/accounts.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { setVersioning } from '../support/versioning.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const SCRIPT = 'top.ran = sessionStorage.length'
const PAGE = `<html xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></html>`
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${SCRIPT}"><script>${SCRIPT}</script></svg>`

async function openSection(page: Page, title: string): Promise<void> {
  await page.locator('summary', { hasText: title }).click()
}

describe('an object', () => {
  it('that is a page or a picture with a script runs nothing', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'pages')
    const put = (key: string, type: string, body: string) =>
      rawRequest(site.s3, { method: 'PUT', path: `/pages/${key}`, body, headers: { 'content-type': type } })
    await put('a.html', 'text/html', PAGE)
    await put('b.xhtml', 'application/xhtml+xml', PAGE)
    await put('c.svg', 'image/svg+xml', SVG)
    await using opened = await openPage(context, site, '#/buckets/pages')
    const { page, complaints } = opened
    await signInAt(page)
    for (const key of ['a.html', 'b.xhtml']) {
      await page.getByRole('link', { name: key }).click()
      await page.locator('pre', { hasText: SCRIPT }).waitFor()
      await page.getByRole('button', { name: 'Close' }).click()
    }
    await page.getByRole('link', { name: 'c.svg' }).click()
    await page.getByRole('img', { name: 'c.svg' }).waitFor()
    await expectAccessible(page)
    expect(await page.evaluate("'ran' in globalThis")).toBe(false)
    expect(await page.locator('iframe, object, embed').count()).toBe(0)
    // Nor is it a page of the console's address by a link, which brings no signature in the header.
    const direct = await fetch(new URL('/pages/a.html', site.url))
    const policy = direct.headers.get('content-security-policy')
    expect([direct.status, policy]).toEqual([403, expect.stringContaining('sandbox')])
    expect(complaints).toEqual([])
  })

  it('is reached and left by keys alone, and leaves its row the focus', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'data')
    for (const key of ['a.txt', 'b.txt']) await putObject(site.s3, 'data', key, key)
    await using opened = await openPage(context, site, '#/buckets/data')
    const { page, complaints } = opened
    await signInAt(page)
    const row = page.getByRole('link', { name: 'b.txt' })
    const panel = page.getByRole('complementary', { name: 'Object' })
    const focused = (locator: Locator) => locator.and(page.locator(':focus')).waitFor()
    await row.focus()
    await page.keyboard.press('Enter')
    await panel.getByText('Storage class').waitFor()
    await focused(panel)
    await page.keyboard.press('Tab')
    await focused(panel.getByRole('button', { name: 'Close' }))
    // What is typed is not lost by it, and a window closes alone.
    await openSection(page, 'Metadata')
    await panel.getByLabel('Content type').press('Escape')
    await panel.getByRole('button', { name: 'Copy or move' }).press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await focused(panel.getByRole('button', { name: 'Copy or move' }))
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await focused(row)
    // Nothing of the bucket is behind it.
    await row.click()
    await panel.getByText('Storage class').waitFor()
    for (const name of ['Deleted', 'Settings']) await page.getByRole('link', { name }).click({ trial: true })
    await page.getByRole('button', { name: 'Upload', exact: true }).click({ trial: true })
    await page.getByRole('link', { name: 'a.txt' }).click()
    await panel.getByRole('heading', { name: 'a.txt' }).waitFor()
    await focused(panel)
    expect(complaints).toEqual([])
  })

  it('says in words that its bucket has neither ACLs nor object lock', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'data')
    await putObject(site.s3, 'data', 'a.txt', 'a')
    await using opened = await openPage(context, site, '#/buckets/data?key=a.txt')
    const { page } = opened
    await signInAt(page)
    await openSection(page, 'Access control list')
    await page.getByText('ACLs are turned off for this bucket').waitFor()
    await page.getByText('The owner: do everything').waitFor()
    expect(await page.getByText('Add to the list').count()).toBe(0)
    await openSection(page, 'Retention and legal hold')
    await page.getByText('This bucket has no object lock').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)
    await expectAccessible(page)
  })

  it('is looked at as a table, and its tags and metadata are changed', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'data')
    await putObject(site.s3, 'data', 'list.csv', 'name,size\n"a, b",1\n')
    await using opened = await openPage(context, site, '#/buckets/data?key=list.csv')
    const { page } = opened
    await signInAt(page)
    await page.getByRole('cell', { name: 'a, b' }).waitFor()
    await openSection(page, 'Tags')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByLabel('Tag 1', { exact: true }).fill('team')
    await page.getByLabel('Value of tag 1').fill('blue/green')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.').waitFor()
    const tags = await rawRequest(site.s3, { path: '/data/list.csv', query: 'tagging' })
    expect(tags.text).toContain('<Key>team</Key><Value>blue/green</Value>')
    await page.reload()
    await signInAt(page)
    await openSection(page, 'Metadata')
    await page.getByLabel('Cache-Control').fill('no-store')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByLabel('Name 1').fill('Author')
    await page.getByLabel('Value 1').fill('me')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.').waitFor()
    const { headers } = await getObject(site.s3, 'data', 'list.csv')
    expect([headers['cache-control'], headers['x-amz-meta-author']]).toEqual(['no-store', 'me'])
    await expectAccessible(page)
  })

  it('is asked by SQL', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'data')
    await putObject(site.s3, 'data', 'people.csv.gz', gzipSync('name,age\nAda,36\nGrace,85\n'))
    await using opened = await openPage(context, site, '#/buckets/data?key=people.csv.gz')
    const { page, complaints } = opened
    await signInAt(page)
    await openSection(page, 'Query with SQL')
    const run = page.getByRole('button', { name: 'Run' })
    await run.click()
    await page.getByRole('cell', { name: 'Grace' }).waitFor()
    const query = page.getByLabel('Query (S3 Select)')
    await query.fill('SELECT s.name AS who FROM S3Object s WHERE CAST(s.age AS INT) < 40')
    await run.click()
    await page.getByRole('columnheader', { name: 'who' }).waitFor()
    const records = page.getByRole('region', { name: 'Records' })
    expect(await records.getByRole('cell').allTextContents()).toEqual(['Ada'])
    await expectAccessible(page)
    expect(complaints).toEqual([])
    await query.fill('SELECT')
    await run.click()
    await page.getByRole('alert').waitFor()
  })

  it('comes back from an older version, and from its deletion', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'papers')
    await setVersioning(site.s3, 'papers', 'Enabled')
    await putObject(site.s3, 'papers', 'plan.txt', 'first')
    await putObject(site.s3, 'papers', 'plan.txt', 'second')
    await using opened = await openPage(context, site, '#/buckets/papers?key=plan.txt')
    const { page, complaints } = opened
    await signInAt(page)
    await openSection(page, 'Versions')
    await page.getByRole('button', { name: 'Make current' }).click()
    await page.getByText('is current again').waitFor()
    expect((await getObject(site.s3, 'papers', 'plan.txt')).text).toBe('first')
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByLabel('Select plan.txt').check()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing is here yet').waitFor()
    await page.getByRole('link', { name: 'Deleted', exact: true }).click()
    await page.getByRole('button', { name: 'Undo deletion plan.txt' }).click()
    await page.getByText('is there again').waitFor()
    expect((await getObject(site.s3, 'papers', 'plan.txt')).text).toBe('first')
    expect(complaints).toEqual([])
  })

  it('lets another account in, and shuts it out again, by its ACL', async (context) => {
    await using site = await startConsoleSite()
    const headers = { 'x-amz-object-ownership': 'ObjectWriter' }
    expect((await rawRequest(site.s3, { method: 'PUT', path: '/shared', headers })).status).toBe(200)
    await putObject(site.s3, 'shared', 'note.txt', 'for both')
    const asOther = () =>
      rawRequest({ ...site.s3, credentials: otherCredentials }, { path: '/shared/note.txt' })
    await using opened = await openPage(context, site, '#/buckets/shared?key=note.txt')
    const { page } = opened
    await signInAt(page)
    await openSection(page, 'Access control list')
    expect((await asOther()).status).toBe(403)
    await page.getByLabel('Canonical id').fill(otherAccount.canonicalId)
    await page.getByRole('button', { name: 'Add to the list' }).click()
    const effects = page.getByRole('region', { name: 'Who gains and loses' }).getByRole('listitem')
    await page.getByRole('button', { name: 'Show who gains and loses' }).click()
    await effects.first().waitFor()
    expect(await effects.allTextContents()).toEqual([
      `${otherAccount.canonicalId} gains: read it (shared/note.txt)`,
    ])
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.').waitFor()
    expect((await asOther()).text).toBe('for both')
    await page.getByRole('button', { name: `Remove ${otherAccount.canonicalId}` }).click()
    await page.getByRole('button', { name: 'Show who gains and loses' }).click()
    await effects.getByText('loses').waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(async () => (await asOther()).status).toBe(403)
    await page.getByLabel('Who', { exact: true }).selectOption('Everyone on the internet')
    await page.getByRole('button', { name: 'Add to the list' }).click()
    await page.getByText('This becomes public').waitFor()
    await expectAccessible(page)
  })

  it('is renamed, and several come as one zip', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'zips')
    await putObject(site.s3, 'zips', 'a/one.txt', '1')
    await putObject(site.s3, 'zips', 'a/../two.txt', '2')
    await putObject(site.s3, 'zips', 'old.txt', '3')
    await putObject(site.s3, 'zips', 'more.txt', '4')
    await using opened = await openPage(context, site, '#/buckets/zips?key=old.txt')
    const { page } = opened
    // Headless, nobody could say where to.
    await page.evaluate('delete Window.prototype.showSaveFilePicker; delete globalThis.showSaveFilePicker')
    await signInAt(page)
    await page.getByRole('button', { name: 'Copy or move' }).click()
    await page.getByLabel('To key').fill('new.txt')
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.getByRole('link', { name: 'new.txt' }).waitFor()
    // What is looked at has gone along.
    const panel = page.getByRole('complementary', { name: 'Object' })
    await panel.getByRole('heading', { name: 'new.txt' }).waitFor()
    await panel.getByText('Storage class').waitFor()
    await page.getByRole('link', { name: 'more.txt' }).click()
    await panel.getByRole('heading', { name: 'more.txt' }).waitFor()
    await page.getByRole('button', { name: 'Copy or move' }).click()
    await page.getByLabel('To key').and(page.locator(':focus')).fill('b/more.txt')
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await panel.waitFor({ state: 'detached' })
    await page.goto(`${site.url}#/buckets/zips`)
    await page.getByLabel('Select all').check()
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download as zip' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('zips.zip')
    const files = unzipSync(await readFile(await download.path()))
    const texts = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])
    expect(Object.fromEntries(texts)).toEqual({
      'a/one.txt': '1',
      'a/_/two.txt': '2',
      'new.txt': '3',
      'b/more.txt': '4',
    })
  })
})

it('is copied and moved over what is there on a yes alone', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'papers')
  await putObject(site.s3, 'papers', 'there.txt', 'there')
  await putObject(site.s3, 'papers', 'mine.txt', 'mine')
  await using opened = await openPage(context, site, '#/buckets/papers?key=mine.txt')
  const { page } = opened
  await signInAt(page)
  await page.getByRole('button', { name: 'Copy or move' }).click()
  await page.getByLabel('To key').fill('there.txt')
  const question = page.getByRole('dialog', { name: 'there.txt is there already. Replace it?' })
  for (const way of ['Copy', 'Move']) {
    await page.getByRole('button', { name: way, exact: true }).click()
    await question.waitFor()
    await expectAccessible(page)
    await question.getByRole('button', { name: 'Keep what is there' }).click()
    await question.waitFor({ state: 'detached' })
    expect((await getObject(site.s3, 'papers', 'there.txt')).text).toBe('there')
    expect(await listKeys(site.s3, 'papers')).toEqual(['mine.txt', 'there.txt'])
  }
  await page.getByRole('button', { name: 'Move', exact: true }).click()
  await question.getByRole('button', { name: 'Replace' }).click()
  await page.getByText('Moved to there.txt').waitFor()
  expect((await getObject(site.s3, 'papers', 'there.txt')).text).toBe('mine')
  expect(await listKeys(site.s3, 'papers')).toEqual(['there.txt'])
})

it('an answer that comes late, of what is loaded again since, changes nothing', async (context) => {
  await using site = await startConsoleSite()
  const headers = { 'x-amz-bucket-object-lock-enabled': 'true' }
  await rawRequest(site.s3, { method: 'PUT', path: '/locked', headers })
  await putObject(site.s3, 'locked', 'a.txt', 'a')
  await using opened = await openPage(context, site, '#/buckets/locked?key=a.txt')
  const { page, complaints } = opened
  await signInAt(page)
  await openSection(page, 'Retention and legal hold')
  const hold = page.getByLabel('Legal hold')
  await hold.waitFor()
  // What is read after it is set is held back, while it is set once more and read again.
  const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>()
  const { promise: isHeld, resolve: holdBack } = Promise.withResolvers<void>()
  const { promise: isLate, resolve: late } = Promise.withResolvers<void>()
  let reads = 0
  await page.route('**/locked/a.txt?legal-hold=*', async (route) => {
    if (route.request().method() !== 'GET' || reads++ > 0) return route.continue()
    holdBack()
    await isLetGo
    await route.fulfill({ body: '<LegalHold><Status>OFF</Status></LegalHold>' })
    late()
  })
  await hold.click()
  await isHeld
  await hold.click()
  await expect.poll(async () => [reads, await hold.isChecked()]).toEqual([2, true])
  letGo()
  await isLate
  await page.evaluate('new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))')
  expect(await hold.isChecked()).toBe(true)
  expect(complaints).toEqual([])
})
