import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isLarge } from '../support/sizes.ts'
import { driveBrowser, openPage } from './browser.ts'
import { builtConsole } from './built-console.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const MOST_BYTES = 150 * 1024

describe('the files of the console', () => {
  it('are under 150 KB each as they are sent, all of the first view together', async () => {
    const folder = await builtConsole()
    const assets = await readdir(join(folder, 'assets'))
    const sizeOf = async (name: string): Promise<number> => {
      const packed = `${name}.gz`
      return (await stat(join(folder, 'assets', assets.includes(packed) ? packed : name))).size
    }
    const html = await readFile(join(folder, 'index.html'), 'utf8')
    const first = [...html.matchAll(/assets\/([\w.-]+)/g)].map(([, name = '']) => name)
    expect(first.length).toBeGreaterThanOrEqual(2)
    const sizes = await Promise.all(first.map(sizeOf))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES)
    for (const name of assets.filter((name) => /\.(js|css)$/.test(name)))
      expect([name, (await sizeOf(name)) < MOST_BYTES]).toEqual([name, true])
    // Neither scripts nor styles in the page: its policy would stop them.
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=/)
    expect(await readFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8')).toContain('\npreact ')
  })
})

describe.skipIf(!isLarge)('on a machine with nothing else to do', () => {
  it('the first view is there within a second from a cold cache', async (context) => {
    await using site = await startConsoleSite()
    const took: number[] = []
    for (let round = 0; round < 5; round += 1) {
      await using opened = await openPage(context, site)
      await opened.page.getByRole('button', { name: 'Sign in' }).waitFor()
      took.push(
        await opened.page.evaluate<number>(
          `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
        ),
      )
    }
    took.sort((a, b) => a - b)
    process.stderr.write(`first view: ${took.map((time) => Math.round(time)).join(', ')} ms\n`)
    expect(took[2]).toBeLessThan(1000)
  })
})
