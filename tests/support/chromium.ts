import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { temporaryDirectory } from './temporary-directory.ts'

/** Has a new headless browser open the page, until what it is to do there is done. */
export async function inChromium<T>(url: string, done: Promise<T>): Promise<T> {
  await using profile = await temporaryDirectory()
  const switches = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${profile.path}`,
  ]
  const browser = spawn('chromium', [...switches, url], { stdio: 'ignore' })
  try {
    const ended = once(browser, 'exit').then(() => Promise.reject(new Error('the browser ended')))
    return await Promise.race([done, ended])
  } finally {
    browser.kill()
    if (browser.exitCode === null) await once(browser, 'exit')
  }
}
