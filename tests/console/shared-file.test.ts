import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Credentials } from '../support/accounts.ts'
import { freePort } from '../support/free-port.ts'
import { requireCommand } from '../support/require-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { driveBrowser, expectAccessible, openPage } from './browser.ts'

driveBrowser()

it(
  'a new user goes from npm start to a shared file, click by click',
  { timeout: 240_000 },
  async (context) => {
    await requireCommand(context, 'chromium')
    const start = Date.now()

    // 1. The terminal shows an access key, where its secret is, and the address of the console.
    await using server = await startByNpm()
    await using opened = await openPage(context, { url: server.consoleUrl })
    const { page, complaints } = opened

    // 2. Two fields and a button.
    await expectAccessible(page)
    await page.getByLabel('Access key', { exact: true }).fill(server.credentials.accessKeyId)
    await page.getByLabel('Secret key').fill(server.credentials.secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()

    // 3. There are no buckets, and the page says what to do.
    await page.getByText('create one to begin').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Create bucket' }).click()
    await page.getByLabel('Name').fill('first-bucket')
    await expectAccessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Create bucket' }).click()

    // 4. The new bucket is open. A file goes in.
    await page.getByText('Nothing is here yet').waitFor()
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    const bytes = Buffer.from('what is shared\n')
    await (await choosing).setFiles({ name: 'first file.txt', mimeType: 'text/plain', buffer: bytes })
    await page.getByRole('link', { name: 'first file.txt' }).waitFor()
    await expectAccessible(page)

    // 5. The link is there to be copied, and as a QR code.
    await page.getByRole('button', { name: 'Share first file.txt' }).click()
    await page.getByLabel('Link is good for').selectOption('1 day')
    await page.getByRole('img', { name: 'QR code of the link' }).waitFor()
    await expectAccessible(page)
    const link = await page.getByLabel('Link', { exact: true }).inputValue()
    expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('86400')
    expect(new URL(link).origin).toBe(server.url)

    const seconds = (Date.now() - start) / 1000
    expect(await (await fetch(link)).text()).toBe('what is shared\n')
    expect(complaints).toEqual([])
    expect(seconds).toBeLessThan(120)
  },
)

interface Started extends AsyncDisposable {
  readonly url: string
  readonly consoleUrl: string
  readonly credentials: Credentials
}

/** With a new data folder and ports of its own; all else as it comes. */
async function startByNpm(): Promise<Started> {
  const folder = await temporaryDirectory()
  const data = join(folder.path, 'data')
  const address = `127.0.0.1:${await freePort()}`
  const line = [
    'start',
    '--',
    '--data',
    data,
    '--address',
    address,
    '--console',
    `127.0.0.1:${await freePort()}`,
  ]
  const child = spawn('npm', line, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: folder.path },
    // npm starts others: all are ended together.
    detached: true,
  })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (printed.includes('access key')) break
  }
  const found = (what: RegExp): string => what.exec(printed)?.[1] ?? ''
  const secrets = await readFile(found(/its secret is in (\S+)/), 'utf8')
  return {
    url: found(/serves S3 on (\S+)/),
    consoleUrl: found(/console {2,}(\S+)/),
    credentials: {
      accessKeyId: found(/access key {2,}(\w+)/),
      secretAccessKey: /"secretAccessKey": "([^"]+)"/.exec(secrets)?.[1] ?? '',
    },
    async [Symbol.asyncDispose]() {
      process.kill(-(child.pid ?? NaN), 'SIGTERM')
      await ended
      await folder[Symbol.asyncDispose]()
    },
  }
}
