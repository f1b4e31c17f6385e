import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect, type TestContext, vi } from 'vitest'
import { mainCredentials, type Credentials } from '../support/accounts.ts'
import { requireCommand } from '../support/require-command.ts'
import type { ConsoleSite } from './console-site.ts'

export interface BrowserPage extends AsyncDisposable {
  readonly page: Page
  /** What the page complained of so far: errors of scripts, and what its policy stopped. */
  readonly complaints: readonly string[]
  readonly complain: (text: string) => void
}

// A browser takes its time where all tests run at once; what it waits for in vain says so sooner.
const TEST_MILLISECONDS = 90_000
const WAITS_MILLISECONDS = 15_000

/** Leads the browser to this machine. */
export const PLAIN_HOST = 'console.internal'

let browser: Promise<Browser> | undefined

/** A new page in Debian's Chromium; skips the test where there is none. Nothing is kept from one page to another. */
export async function openPage(
  context: TestContext,
  { url }: Pick<ConsoleSite, 'url'>,
  hash = '',
  options: BrowserContextOptions = {},
): Promise<BrowserPage> {
  await requireCommand(context, 'chromium')
  browser ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
    // In a locale of ASCII it leaves out files whose names are not.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    // A name of this machine that is no localhost: a page of plain http there has no cryptography of the browser's.
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`],
  })
  const own = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await own.newPage()
  page.setDefaultTimeout(WAITS_MILLISECONDS)
  const complaints: string[] = []
  const complain = (text: string): void => void complaints.push(text)
  page.on('pageerror', (error) => complain(String(error)))
  page.on('console', (message) => {
    // Chromium tells of each answer that is an error; those are looked at where they matter.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complain(message.text())
  })
  await page.goto(url + hash)
  return { page, complaints, complain, [Symbol.asyncDispose]: () => own.close() }
}

/** Signs in with an access key, and waits for the buckets. */
export async function signIn(page: Page, credentials: Credentials = mainCredentials): Promise<void> {
  await signInAt(page, credentials)
  await page.getByRole('heading', { name: 'Buckets' }).waitFor()
}

/** Signs in wherever the address of the page leads. */
export async function signInAt(
  page: Page,
  { accessKeyId, secretAccessKey }: Credentials = mainCredentials,
): Promise<void> {
  await page.getByLabel('Access key', { exact: true }).fill(accessKeyId)
  await page.getByLabel('Secret key').fill(secretAccessKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** At the top of each file of tests: gives them the time that a browser takes, and closes it after them. */
export function driveBrowser(): void {
  vi.setConfig({
    testTimeout: TEST_MILLISECONDS,
    hookTimeout: TEST_MILLISECONDS,
    expect: { poll: { timeout: WAITS_MILLISECONDS } },
  })
  afterAll(async () => {
    await (await browser)?.close()
    browser = undefined
  })
}

/** Nothing of WCAG 2.2 AA that a program can find. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await accessFaults(page)).toEqual([])
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds against a page; `rules`: in place of all those of WCAG 2.2 AA. */
export async function accessFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    // Run in the debugger's own way: the page's policy lets no script in.
    await page.evaluate(source)
  }
  const options = JSON.stringify({ runOnly: rules ?? WCAG, resultTypes: ['violations'] })
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}
