import { CreateUserCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { iamClient } from '../support/identity-clients.ts'
import { base32 } from '../support/mfa-devices.ts'
import { codeAt, STEP_MILLISECONDS } from '../support/one-time-code.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

it('a user is made, signs in with a key and with a password, and sees what the policy lets', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'open')
  await createBucket(site.s3, 'closed')
  await putObject(site.s3, 'open', 'read me.txt', 'hello')
  await using opened = await openPage(context, site, '#/people')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByText('There are no users').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByLabel('Name').fill('alice')
  await page.getByRole('dialog').getByRole('button', { name: 'Create user' }).click()

  // A policy of her own.
  await page.getByRole('heading', { name: 'alice' }).waitFor()
  await page.locator('summary', { hasText: 'Policies of its own' }).click()
  await page.locator('summary', { hasText: 'Put in a policy' }).click()
  await page.getByLabel('Name of the policy').fill('open-only')
  const document = page.getByLabel('Policy document')
  await document.fill('{ "Version": ')
  await page.getByText('This is no JSON').waitFor()
  await document.fill(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
        { Effect: 'Allow', Action: 's3:*', Resource: ['arn:aws:s3:::open', 'arn:aws:s3:::open/*'] },
      ],
    }),
  )
  await page.getByRole('button', { name: 'Show who gains and loses' }).click()
  const effects = page.getByRole('region', { name: 'Who gains and loses' })
  await effects.getByText('user/alice').waitFor()
  expect(await effects.getByRole('listitem').textContent()).toMatch(
    /^user\/alice gains: list the bucket, .*\(open\); read it, .*\(open\/any-object\)/,
  )
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.locator('summary', { hasText: 'open-only' }).waitFor()

  // A key, shown once, and a password.
  await page.getByRole('button', { name: 'Create access key' }).click()
  const accessKeyId = await page.getByRole('dialog').getByLabel('Access key').inputValue()
  const secretAccessKey = await page.getByRole('dialog').getByLabel('Secret key').inputValue()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByText('never used').waitFor()
  await page.locator('summary', { hasText: 'Password' }).click()
  await page.getByLabel('New password').fill('Correct-Horse-9-Battery')
  await page.getByLabel('Has to be changed').uncheck()
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('Saved.').waitFor()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await signInAt(page, { accessKeyId, secretAccessKey })
  await page.getByText('alice', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'open' }).click()
  await page.getByRole('link', { name: 'read me.txt' }).waitFor()
  await page.goto(`${site.url}#/buckets/closed`)
  await page.getByText('You may not do this').waitFor()
  await page.goto(`${site.url}#/people`)
  await page.getByText('You may not do this').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'With a name and password' }).click()
  await page.getByLabel('Account id or alias').fill('100000000001')
  await page.getByLabel('User name').fill('alice')
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('No such account, user or password').waitFor()
  await expectAccessible(page)
  await page.getByLabel('Password').fill('Correct-Horse-9-Battery')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('link', { name: 'open' }).click()
  await page.getByRole('link', { name: 'read me.txt' }).waitFor()
  expect(complaints).toEqual([])
})

it('a user changes the password that was set, as the console proposes', async (context) => {
  await using site = await startConsoleSite()
  await iamClient(site.s3).send(new CreateUserCommand({ UserName: 'bob' }))
  await using opened = await openPage(context, site, '#/people/users/bob')
  const { page, complaints } = opened
  await signInAt(page)
  await page.locator('summary', { hasText: 'Password' }).click()
  await page.getByLabel('New password').fill('Correct-Horse-9-Battery')
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('Saved.').waitFor()
  await page.getByRole('button', { name: 'Detach IAMUserChangePassword' }).waitFor()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'With a name and password' }).click()
  await page.getByLabel('Account id or alias').fill('100000000001')
  await page.getByLabel('User name').fill('bob')
  await page.getByLabel('Password').fill('Correct-Horse-9-Battery')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('New password').fill('Another-Horse-8-Battery')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  expect(complaints).toEqual([])
})

it('groups, roles, policies and devices with one-time codes come and go', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site, '#/people/policies')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByRole('button', { name: 'Create policy' }).click()
  await page.getByLabel('Name').fill('readers')
  await page.getByRole('dialog').getByRole('button', { name: 'Create policy' }).click()
  await page.getByRole('heading', { name: 'readers' }).waitFor()
  const document = page.getByLabel('Policy document')
  await document.fill((await document.inputValue()).replaceAll('BUCKET', 'photos'))
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()

  await page.getByRole('link', { name: 'Roles' }).click()
  await page.getByRole('button', { name: 'Create role' }).click()
  await page.getByLabel('Name').fill('visitor')
  await page.getByRole('dialog').getByRole('button', { name: 'Create role' }).click()
  await page.getByRole('heading', { name: 'visitor' }).waitFor()
  await page.getByLabel('Policy', { exact: true }).selectOption('readers')
  await page.getByRole('button', { name: 'Attach', exact: true }).click()
  await page.getByRole('button', { name: 'Detach readers' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Delete visitor' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete visitor' }).click()
  await page.getByText('There are no roles').waitFor()

  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByLabel('Name').fill('bob')
  await page.getByRole('dialog').getByRole('button', { name: 'Create user' }).click()
  await page.locator('summary', { hasText: 'One-time codes' }).click()
  await page.getByRole('button', { name: 'Add a device' }).click()
  await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor()
  const secret = await page.getByLabel('Or type this secret').inputValue()
  expect(secret).toMatch(/^[A-Z2-7]{32,}$/)
  const code = (steps: number): string =>
    codeAt(new Date(site.s3.clock.now().getTime() + steps * STEP_MILLISECONDS), base32(secret))
  await page.getByLabel('First code').fill(code(-1))
  await page.getByLabel('Second code').fill(code(0))
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('button', { name: 'Remove device' }).waitFor()
  await page.getByRole('button', { name: 'Remove device' }).click()
  await page.getByText('No device.').waitFor()
  expect(complaints).toEqual([])
})

it('a window begins at its first field, and no policy is attached that nobody chose', async (context) => {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site, '#/people/users')
  const { page, complaints } = opened
  await signInAt(page)
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('carol of sales')
  await page.keyboard.press('Enter')
  await page.getByText('ValidationError').waitFor()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('carol')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'carol' }).waitFor()

  const attach = page.getByRole('button', { name: 'Attach', exact: true })
  const policy = page.getByLabel('Policy', { exact: true })
  await expect.poll(() => policy.inputValue()).toBe('')
  expect(await attach.isDisabled()).toBe(true)
  await policy.selectOption('AmazonS3ReadOnlyAccess')
  await attach.click()
  await page.getByRole('button', { name: 'Detach AmazonS3ReadOnlyAccess' }).waitFor()
  expect(await policy.inputValue()).toBe('')

  await page.goto(`${site.url}#/buckets`)
  await page.getByRole('button', { name: 'Create bucket' }).click()
  await page.getByLabel('Name', { exact: true }).and(page.locator(':focus')).waitFor()
  expect(complaints).toEqual([])
})
