import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createBucket, getObject, listKeys } from '../support/buckets.ts'
import { contentOf, writeContentFile } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { driveBrowser, openPage, signInAt } from './browser.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.ts'

driveBrowser()

const MEBIBYTE = 1024 * 1024
/** Three parts of 16 MiB. */
const SIZE_BYTES = 40 * MEBIBYTE

/** What holds a request back has the bytes of all others pass through it. */
const PATIENTLY = { timeout: 60_000 }

/** Holds back the third part until `release` is called. */
async function holdThirdPart(page: Page): Promise<() => Promise<void>> {
  const pattern = '**/*partNumber=3*'
  await page.route(pattern, () => {})
  return () => page.unroute(pattern)
}

async function choose(page: Page, button: string, file: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: button, exact: true }).click()
  await (await choosing).setFiles(file)
}

async function openUploads({ s3 }: ConsoleSite): Promise<number> {
  const { text } = await rawRequest(s3, { path: '/large', query: 'uploads' })
  return text.split('<Upload>').length - 1
}

it(
  'a large file is paused, and resumed over a reload, with the very bytes',
  { timeout: 240_000 },
  async (context) => {
    await using folder = await temporaryDirectory()
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'large')
    const file = join(folder.path, 'film.bin')
    await writeContentFile(file, 'film', SIZE_BYTES)
    await using opened = await openPage(context, site, '#/buckets/large')
    const { page, complaints } = opened
    await signInAt(page)
    const release = await holdThirdPart(page)
    await choose(page, 'Upload', file)
    await page.getByText('32 MiB of 40 MiB').waitFor(PATIENTLY)
    await page.getByRole('button', { name: 'Pause film.bin' }).click()
    await page.getByText('Paused').waitFor()
    expect(await openUploads(site)).toBe(1)
    await page.getByRole('button', { name: 'Resume film.bin' }).click()
    await page.getByText('32 MiB of 40 MiB').waitFor(PATIENTLY)
    await page.getByRole('button', { name: 'Pause film.bin' }).click()

    await page.reload()
    await signInAt(page)
    await release()
    const sent: string[] = []
    page.on('request', (request) => void (request.url().includes('partNumber=') && sent.push(request.url())))
    await choose(page, 'Resume film.bin', file)
    await page.getByText('Uploaded').waitFor(PATIENTLY)
    expect(sent.length).toBe(1)
    expect((await getObject(site.s3, 'large', 'film.bin')).body.equals(contentOf('film', SIZE_BYTES))).toBe(
      true,
    )
    expect(await openUploads(site)).toBe(0)

    await holdThirdPart(page)
    const other = join(folder.path, 'other.bin')
    await writeContentFile(other, 'other', SIZE_BYTES)
    expect((await stat(other)).size).toBe(SIZE_BYTES)
    await choose(page, 'Upload', other)
    await page.getByText('32 MiB of 40 MiB').waitFor(PATIENTLY)
    await page.getByRole('button', { name: 'Cancel other.bin' }).click()
    await page.getByText('Cancelled').waitFor()
    await expect.poll(() => openUploads(site)).toBe(0)
    expect(await listKeys(site.s3, 'large')).toEqual(['film.bin'])
    expect(complaints).toEqual([])
  },
)
