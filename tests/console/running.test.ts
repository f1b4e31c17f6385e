import { describe, expect, it } from 'vitest'
import { otherCredentials } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

describe('how the server is', () => {
  it('is drawn as it happens, and an upload that nobody completes is aborted', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'films')
    const begun = await rawRequest(site.s3, { method: 'POST', path: '/films/long.mp4', query: 'uploads' })
    expect(begun.status).toBe(200)
    await using opened = await openPage(context, site, '#/running')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByRole('cell', { name: 'films/long.mp4' }).waitFor()
    await page.getByRole('cell', { name: 'garbage', exact: true }).waitFor()
    await page.getByText(/all: [\d.]*[1-9]/).waitFor()
    expect(await page.locator('canvas').count()).toBe(6)
    await page.locator('summary', { hasText: 'Replication that waits' }).click()
    await page.getByRole('cell', { name: 'replication', exact: true }).last().waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Abort long.mp4' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Abort' }).click()
    await page.getByText('The upload is aborted').waitFor()
    const { text } = await rawRequest(site.s3, { path: '/films', query: 'uploads' })
    expect(text).not.toContain('<Upload>')
    expect(complaints).toEqual([])
  })
})

it('a worker that nobody has at the moment waits for its next turn', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site, '#/running')
  const { page, complaints } = opened
  const worker = { processId: 'a', isAlive: false, done: 0 }
  const workers = [
    { ...worker, name: 'scrub', lastStep: '2026-01-31T12:00:00Z' },
    { ...worker, name: 'usage' },
    { ...worker, name: 'garbage', isAlive: true },
  ]
  await page.route('**/-/workers*', (route) => route.fulfill({ json: { workers } }))
  await signInAt(page)
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('scrub')
    .getByText(/^waits for its next turn, last ran .*2026/)
    .waitFor()
  await row('usage').getByText('waits for its next turn', { exact: true }).waitFor()
  await row('garbage').getByText('running', { exact: true }).waitFor()
  expect(complaints).toEqual([])
})

describe('access', () => {
  it('is explained for anybody, and why a request was refused is told by its id', async (context) => {
    await using site = await startConsoleSite()
    await createBucket(site.s3, 'plans')
    await putObject(site.s3, 'plans', 'a.txt', 'secret')
    const refused = await rawRequest({ ...site.s3, credentials: otherCredentials }, { path: '/plans/a.txt' })
    expect(refused.status).toBe(403)
    await using opened = await openPage(context, site, '#/buckets/plans?key=a.txt')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByRole('link', { name: 'Who may?' }).click()
    await page.getByRole('button', { name: 'Explain' }).click()
    const answer = page.getByText('may not read it s3:GetObject')
    await answer.click()
    await page.getByText('default deny: nothing allows it').first().waitFor()
    await page.getByLabel('Who', { exact: true }).fill('100000000001')
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByText('may read it s3:GetObject').waitFor()
    await page.getByLabel('Request id').fill(String(refused.headers['x-amz-request-id']))
    await page.getByRole('button', { name: 'Look it up' }).click()
    await page.getByText('on plans/a.txt was refused').waitFor()
    await expectAccessible(page)
    expect(complaints).toEqual([])
  })
})

describe('keys', () => {
  it('are made, turned off and on, rotated, and kept from deletion', async (context) => {
    await using site = await startConsoleSite()
    await using opened = await openPage(context, site, '#/keys')
    const { page, complaints } = opened
    await signInAt(page)
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Alias').fill('payroll')
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('button', { name: 'Add alias alias/payroll' }).click()
    await page.getByRole('textbox', { name: 'Alias' }).fill('wages')
    await page.getByRole('dialog').getByRole('button', { name: 'Add alias' }).click()
    await page.getByText('alias/payroll, alias/wages').waitFor()
    await page.getByRole('button', { name: 'Remove alias/wages' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove alias' }).click()
    await page.getByText('alias/payroll, alias/wages').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Disable alias/payroll' }).click()
    await page.getByRole('button', { name: 'Enable alias/payroll' }).click()
    await page.getByRole('button', { name: 'Rotate now alias/payroll' }).click()
    await page.getByText('new material').waitFor()
    await page.getByLabel('Rotated each year').click()
    await expect.poll(() => page.getByLabel('Rotated each year').isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Schedule deletion alias/payroll' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Schedule deletion' }).click()
    await page.getByRole('button', { name: 'Take deletion back alias/payroll' }).click()
    await page.getByRole('button', { name: 'Enable alias/payroll' }).waitFor()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('textbox', { name: 'Alias' }).fill('releases')
    await page.getByLabel('Kind').selectOption('ECC_NIST_P256, signs')
    await expectAccessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    await page.getByText('ECC_NIST_P256, signs').waitFor()
    expect(await page.getByRole('button', { name: 'Rotate now alias/releases' }).count()).toBe(0)
    await expectAccessible(page)
    expect(complaints).toEqual([])
  })
})
