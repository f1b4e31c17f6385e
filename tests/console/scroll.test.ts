import { expect, it } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { isLarge } from '../support/sizes.ts'
import { driveBrowser, openPage, signIn, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'
import { scrollThrough } from './scrolling.ts'

driveBrowser()

const MOST_MILLISECONDS = 50

it(
  'a bucket of 100,000 objects scrolls without a frame that takes long',
  { timeout: 300_000 },
  async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'many')
    await using opened = await openPage(context, site)
    await signIn(opened.page)
    const { taskMilliseconds, frameMilliseconds } = await scrollThrough(
      opened.page,
      'many',
      isLarge ? 100_000 : 20_000,
    )
    await opened.page.getByText('all there are').waitFor()
    if (isLarge) {
      const [task, frame] = [taskMilliseconds.at(-1), frameMilliseconds.at(-1)]
      process.stderr.write(
        `scroll: longest task ${task?.toFixed(1)} ms of CPU, frame ${frame?.toFixed(0)} ms\n`,
      )
    }
    // Nothing but the scrolling, which has several tasks a frame; they are many.
    expect(taskMilliseconds.length).toBeGreaterThan(frameMilliseconds.length)
    // Where the machine has other things to do, some of them count as the page's: not the most of all but of nearly all.
    expect(nearlyAll(taskMilliseconds.slice(-frameMilliseconds.length))).toBeLessThan(MOST_MILLISECONDS)
    // The time between frames is the machine's, too: it counts where it has nothing else to do.
    expect(frameMilliseconds.at(-1)).toBeLessThan(isLarge ? MOST_MILLISECONDS : Infinity)
  },
)

/** More than 98 of a hundred. */
function nearlyAll(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length * 0.98)] ?? Infinity
}

it('the focus goes through a long list by Tab, row by row, and stays in it when its row scrolls away', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'rows')
  for (let index = 100; index < 200; index += 1) await putObject(site.s3, 'rows', `row-${index}`, '')
  await using opened = await openPage(context, site, '#/buckets/rows')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByLabel('Select row-100').focus()
  const walked: unknown[] = []
  for (let index = 100; index < 160; index += 1) {
    walked.push(await page.evaluate(`document.activeElement.getAttribute('aria-label')`))
    // A row has a box, a link and two buttons.
    for (let stop = 0; stop < 4; stop += 1) await page.keyboard.press('Tab')
    // No hand is as fast as the rows are drawn, and this one is on a machine that is busy.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
  }
  expect(walked).toEqual(Array.from({ length: 60 }, (_, index) => `Select row-${100 + index}`))
  await page.evaluate(`document.querySelector('.virtual-list').scrollTop = 0`)
  await page.getByRole('link', { name: 'row-100' }).waitFor()
  await expect.poll(() => page.evaluate(`document.activeElement.className`)).toBe('virtual-list')
  const shown = await page.locator('.virtual-list bdi').allTextContents()
  expect(shown).toEqual(shown.toSorted())
  expect(complaints).toEqual([])
})
