/**
 * Scrolls through a bucket in the console, in headless Chromium, faster than anybody does, and prints what it took: CPU of each
 * task of the page, of which a frame has one that counts, and the times between frames. `node bench/micro/console-scroll.ts [objects]`.
 */
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { startServer } from '../../packages/server/src/start-server.ts'
import { scrollThrough } from '../../tests/console/scrolling.ts'
import { buildConsole } from '../../tools/build-console.ts'
import { call, endpointAt, LOCAL_KEYS } from '../base/endpoint.ts'

async function main(objects = '100000'): Promise<void> {
  buildConsole()
  const { accessKeyId, secretAccessKey } = LOCAL_KEYS
  await using server = await startServer({
    accounts: [{ id: '100000000001', name: 'bench', accessKeys: [{ accessKeyId, secretAccessKey }] }],
    consolePort: 0,
    consoleFolder: fileURLToPath(new URL('../../packages/console/dist', import.meta.url)),
  })
  await call(endpointAt('server', '127.0.0.1', server.port, LOCAL_KEYS), 'PUT', '/many')
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(`${server.consoleUrl}/-/console/`)
    await page.getByLabel('Access key', { exact: true }).fill(accessKeyId)
    await page.getByLabel('Secret key').fill(secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Buckets' }).waitFor()
    const { taskMilliseconds, frameMilliseconds } = await scrollThrough(page, 'many', Number(objects))
    // A frame's own task is among the longest: of the others there are many more, and short.
    print('CPU of a frame', taskMilliseconds.slice(-frameMilliseconds.length))
    print('between frames', frameMilliseconds)
  } finally {
    await browser.close()
  }
}

function print(what: string, sorted: readonly number[]): void {
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  console.log(
    `${what}: median ${at(0.5)} ms, 99 of 100 under ${at(0.99)} ms, longest ${at(1)} ms (${sorted.length})`,
  )
}

await main(...process.argv.slice(2))
