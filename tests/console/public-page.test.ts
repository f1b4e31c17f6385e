import { expect, it } from 'vitest'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, openPage, signIn } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

/** Tries all ways to the console that a page has, and tells what it got. */
const attack = (
  consoleUrl: string,
): string => `<!doctype html><title>nothing yet</title><button>go</button><script>
const tried = async (run) => { try { return (await run()) ?? 'nothing' } catch { return 'refused' } }
const read = (path, options) => tried(async () => (await fetch('${consoleUrl}' + path, options)).text())
const framed = () => new Promise((resolve) => {
  const frame = document.body.appendChild(document.createElement('iframe'))
  frame.onload = () => resolve(tried(() => frame.contentWindow.document.body.innerHTML))
  frame.src = '${consoleUrl}/-/console/'
})
const openedWindow = () => new Promise((resolve) => {
  const other = open('${consoleUrl}/-/console/')
  setTimeout(() => resolve(tried(() => (other.closed ? 'cut off' : other.document.body.innerHTML))), 2000)
})
document.querySelector('button').onclick = async () => {
  const told = {
    kept: [sessionStorage.length, localStorage.length, (await indexedDB.databases()).length, document.cookie],
    opener: String(opener),
    page: await read('/-/console/'),
    settings: await read('/-/console/settings.json', { credentials: 'include' }),
    api: await read('/', { credentials: 'include' }),
    framed: await framed(),
    window: await openedWindow(),
  }
  document.title = JSON.stringify(told)
}
</script>`

it('a public page with a script reads nothing of the console that somebody is signed in to', async (context) => {
  await using site = await startConsoleSite()
  const { s3, url } = site
  const consoleUrl = new URL(url).origin
  const owner = { 'x-amz-object-ownership': 'ObjectWriter' }
  expect((await rawRequest(s3, { method: 'PUT', path: '/open', headers: owner })).status).toBe(200)
  await rawRequest(s3, { method: 'DELETE', path: '/open', query: 'publicAccessBlock' })
  const headers = { 'content-type': 'text/html', 'x-amz-acl': 'public-read' }
  const put = { method: 'PUT', path: '/open/a.html', headers, body: attack(consoleUrl) }
  expect((await rawRequest(s3, put)).status).toBe(200)
  await using opened = await openPage(context, site)
  const { page, complaints } = opened
  await page.getByLabel('Stay signed in').check()
  await signIn(page)

  // In the same browser, as a tab of its own and as one that the console's page opens.
  const own = await page.context().newPage()
  await own.goto(`${s3.url}/open/a.html`)
  const opening = page.context().waitForEvent('page')
  await page.evaluate(`void open('${s3.url}/open/a.html')`)
  for (const tab of [own, await opening]) {
    await tab.getByRole('button', { name: 'go' }).click()
    await expect.poll(() => tab.title()).toContain('{')
    expect(JSON.parse(await tab.title())).toEqual({
      kept: [0, 0, 0, ''],
      opener: 'null',
      page: 'refused',
      settings: 'refused',
      api: 'refused',
      framed: 'refused',
      window: 'cut off',
    })
  }
  expect(complaints).toEqual([])
  // Nor is it a page of the console's address, whatever its link is signed with.
  const there = await page.goto(`${consoleUrl}/open/a.html`)
  expect(there?.status()).toBe(403)
  expect(await page.title()).not.toContain('nothing yet')
})

it('no text becomes a node of the page, whatever is done with it', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site)
  const { page } = opened
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  for (const way of [
    `document.body.innerHTML = '<img src=x>'`,
    `document.body.insertAdjacentHTML('beforeend', '<video src=${site.s3.url}/told>')`,
    `new DOMParser().parseFromString('<b>', 'text/html')`,
    `trustedTypes.createPolicy('xml', {})`,
    `trustedTypes.createPolicy('other', {})`,
  ])
    await expect(page.evaluate(`void (${way})`)).rejects.toThrow(/Trusted|[Pp]olicy/)
})
