import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, getObject, listKeys, sortedAsKeys } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { freePort } from '../support/free-port.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { driveBrowser, expectAccessible, openPage, PLAIN_HOST, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const FILES: readonly string[] = [
  'letter.txt',
  'deep/er/still/picture.jpg',
  'příliš žluťoučký/kůň.txt',
  'name=value&more/100%.txt',
  ...Array.from({ length: 120 }, (_, index) => `many/${index}.bin`),
]

it('a whole folder is uploaded with all that is in it', async (context) => {
  await using folder = await temporaryDirectory()
  const top = join(folder.path, 'holiday')
  for (const file of FILES) {
    await mkdir(dirname(join(top, file)), { recursive: true })
    await writeFile(join(top, file), contentOf(file, 3000))
  }
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'folders')
  await using opened = await openPage(context, site, '#/buckets/folders?prefix=in%2F')
  const { page, complaints } = opened
  await signInAt(page)
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Upload folder' }).click()
  await (await choosing).setFiles(top)
  await page.getByText('All transfers are done').waitFor({ timeout: 60_000 })
  await expectAccessible(page)
  expect(await listKeys(site.s3, 'folders')).toEqual(sortedAsKeys(FILES.map((file) => `in/holiday/${file}`)))
  for (const file of FILES.slice(0, 8)) {
    const { body } = await getObject(site.s3, 'folders', `in/holiday/${file}`)
    expect(body.equals(contentOf(file, 3000))).toBe(true)
  }
  await page.getByRole('link', { name: 'holiday/' }).click()
  await page.getByText('5 shown, all there are').waitFor()
  expect(complaints).toEqual([])
})

it('over plain http the page warns in words, and works with cryptography of its own', async (context) => {
  const consolePort = await freePort()
  const url = `http://${PLAIN_HOST}:${consolePort}`
  await using site = await startConsoleSite({ consolePort, console: { url } })
  await createBucket(site.s3, 'plain')
  await using opened = await openPage(context, { url: `${url}/-/console/` }, '#/buckets/plain')
  const { page, complaints } = opened
  await page.getByText('This page came over plain http').waitFor()
  expect(await page.evaluate('[isSecureContext, typeof crypto.subtle]')).toEqual([false, 'undefined'])
  await expectAccessible(page)
  await signInAt(page)
  const bytes = contentOf('plain', 200_000)
  const file = { name: 'plain.bin', mimeType: 'application/octet-stream', buffer: bytes }
  await page.locator('input[type=file]').last().setInputFiles(file)
  await page.getByText('Uploaded').waitFor()
  expect((await getObject(site.s3, 'plain', 'plain.bin')).body.equals(bytes)).toBe(true)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download plain.bin' }).click()
  expect((await readFile(await (await downloading).path())).equals(bytes)).toBe(true)
  // Chromium tells that it takes no such header there.
  expect(complaints.filter((text) => !text.startsWith('The Cross-Origin-Opener-Policy header'))).toEqual([])

  // On the machine itself nothing crosses a network, and nothing is said.
  await using local = await openPage(context, { url: `http://localhost:${consolePort}/-/console/` })
  await local.page.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(await local.page.getByText('plain http').count()).toBe(0)
})
