import type { Locator, Page } from 'playwright-core'

/** How to get to something of the console, from a page that has signed in. `at` is its address. */
export interface Visit {
  readonly at: string
  /** What else has to be done until all of it is there. */
  readonly arrive?: (page: Page) => Promise<unknown>
}

const button = (page: Page, name: string, exact = true) => page.getByRole('button', { name, exact }).first()
const pressing =
  (...names: readonly string[]) =>
  async (page: Page) => {
    for (const name of names) await button(page, name).click()
  }

/** Opens all parts that are closed, and those that are in them, until what is wanted is seen. */
async function openParts(page: Page, wanted?: Locator): Promise<void> {
  await page.locator('main details').first().waitFor({ state: 'attached' })
  for (let round = 0; round < 2 || (await wanted?.isVisible()) === false; round += 1) {
    await page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    await page.waitForLoadState('networkidle')
  }
}

async function explain(page: Page): Promise<void> {
  await button(page, 'Explain').click()
  await page.getByText('s3:GetObjectTagging', { exact: true }).waitFor()
  await openParts(page)
}

/** An upload that is over, beside a question that waits. */
async function uploadAgain(page: Page): Promise<void> {
  const input = page.locator('input[type=file]').last()
  const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('new') })
  await input.setInputFiles(file('new.txt'))
  await page.getByText('Uploaded').waitFor()
  await input.setInputFiles(file('cat.txt'))
}

/** To where an object is already. */
async function copyOver(page: Page): Promise<void> {
  await pressing('Copy or move')(page)
  await page.getByLabel('To key').fill('2025/a.txt')
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await page.getByRole('dialog', { name: 'Replace it?' }).waitFor()
}

/** The server no longer takes the credentials. */
async function endSession(page: Page): Promise<void> {
  const body = JSON.stringify({ code: 'ExpiredToken', message: '' })
  await page.route('**/-/metrics.json*', (route) =>
    route.fulfill({ status: 403, contentType: 'application/json', body }),
  )
  await page.getByRole('link', { name: 'Running it' }).click()
}

/** By the names of views. */
export const VIEWS: Readonly<Record<string, readonly Visit[]>> = {
  buckets: [{ at: 'buckets' }],
  objects: [
    { at: 'buckets/photos' },
    { at: 'buckets/empty' },
    { at: 'buckets/no-such-bucket' },
    { at: 'buckets/photos', arrive: (page) => page.getByLabel('Select cat.txt').check() },
    { at: 'buckets/photos?show=deleted', arrive: (page) => page.getByText('gone.txt').waitFor() },
    {
      at: 'buckets/fast--use1-az4--x-s3?key=cat.txt',
      arrive: async (page) => {
        await page.getByText('EXPRESS_ONEZONE').waitFor()
        await openParts(page)
      },
    },
    {
      at: 'buckets/photos?key=cat.txt',
      arrive: async (page) => {
        await page.getByText('Storage class').waitFor()
        await openParts(page, button(page, 'Make current', false))
      },
    },
  ],
  people: [
    ...['users', 'groups', 'roles', 'policies'].map((kind) => ({ at: `people/${kind}` })),
    { at: 'people/users/alice', arrive: (page) => openParts(page) },
    { at: 'people/groups/staff', arrive: (page) => openParts(page) },
    { at: 'people/roles/visitor', arrive: (page) => openParts(page) },
    { at: `people/policies/${encodeURIComponent('arn:aws:iam::100000000001:policy/readers')}` },
  ],
  account: [
    { at: 'account', arrive: (page) => page.getByRole('cell', { name: 'photos', exact: true }).waitFor() },
  ],
  access: [{ at: 'access' }, { at: 'access?bucket=photos&key=cat.txt', arrive: explain }],
  keys: [{ at: 'keys', arrive: (page) => button(page, 'Rotate now', false).waitFor() }],
  jobs: [
    { at: 'jobs', arrive: (page) => page.getByRole('link', { name: 'tag all' }).waitFor() },
    {
      at: 'jobs/new',
      arrive: (page) =>
        page
          .getByLabel('To the bucket', { exact: true })
          .waitFor()
          .then(() => openParts(page)),
    },
    {
      at: 'jobs',
      arrive: async (page) => {
        await page.getByRole('link', { name: 'tag all' }).click()
        await button(page, 'Set priority').waitFor()
      },
    },
  ],
  running: [
    {
      at: 'running',
      arrive: async (page) => {
        await page.getByRole('cell', { name: 'photos/long.mp4' }).waitFor()
        await openParts(page)
      },
    },
  ],
  nowhere: [{ at: 'no/such/place' }],
}

/** Settings of a bucket as they look while they are edited. */
export const EDITED_SETTINGS: readonly Visit[] = [
  {
    at: 'buckets/photos/settings/policy',
    arrive: async (page) => {
      await page.getByLabel('Who', { exact: true }).selectOption('Another account, by its id')
      await page.getByLabel('Account id').fill('100000000002')
      await pressing('Put in', 'Show who gains and loses')(page)
      await page.getByRole('region', { name: 'Who gains and loses' }).waitFor()
    },
  },
]

/** By the files that open windows, as many as they open. */
export const WINDOWS: Readonly<Record<string, readonly Visit[]>> = {
  'account/quotas.tsx': [{ at: 'account', arrive: pressing('Remove the quota of photos') }],
  'account/quota-dialog.tsx': [{ at: 'account', arrive: pressing('Set a quota') }],
  'bucket-settings/access-points.tsx': [
    {
      at: 'buckets/photos/settings/access-points',
      arrive: pressing('Delete access point team'),
    },
    { at: 'buckets/photos/settings/access-points', arrive: pressing('Create access point') },
  ],
  'bucket-settings/setting-buttons.tsx': [
    { at: 'buckets/photos/settings/lifecycle', arrive: pressing('Remove this setting') },
  ],
  'buckets/bucket-list.tsx': [{ at: 'buckets', arrive: pressing('Delete bucket photos') }],
  'buckets/create-bucket.tsx': [
    { at: 'buckets', arrive: pressing('Create bucket') },
    {
      at: 'buckets',
      arrive: async (page) => {
        await pressing('Create bucket')(page)
        await page.getByLabel('Kind').selectOption('Directory bucket')
        await page.getByLabel('Base name').fill('logs')
        await page.getByText('More choices').click()
        await page.getByLabel('Objects are encrypted with').selectOption('aws:kms')
      },
    },
  ],
  'jobs/job-page.tsx': [
    {
      at: 'jobs',
      arrive: async (page) => {
        await page.getByRole('link', { name: 'tag all' }).click()
        await pressing('Cancel job')(page)
      },
    },
  ],
  'keys/keys.tsx': [
    { at: 'keys', arrive: (page) => button(page, 'Schedule deletion', false).click() },
    { at: 'keys', arrive: pressing('Create key') },
    { at: 'keys', arrive: (page) => button(page, 'Add alias', false).click() },
    { at: 'keys', arrive: pressing('Remove alias/payroll') },
  ],
  'objects/move-dialog.tsx': [{ at: 'buckets/photos?key=cat.txt', arrive: pressing('Copy or move') }],
  'objects/object-versions.tsx': [
    {
      at: 'buckets/photos?key=cat.txt',
      arrive: async (page) => {
        await openParts(page, button(page, 'Delete for good', false))
        await button(page, 'Delete for good', false).click()
      },
    },
  ],
  'objects/selection-bar.tsx': [
    {
      at: 'buckets/photos',
      arrive: async (page) => {
        await page.getByLabel('Select cat.txt').check()
        await pressing('Delete')(page)
      },
    },
  ],
  'objects/share-dialog.tsx': [
    {
      at: 'buckets/photos',
      arrive: async (page) => {
        await pressing('Share cat.txt')(page)
        await page.getByRole('img', { name: 'QR code of the link' }).waitFor()
      },
    },
  ],
  'people/access-keys.tsx': [
    { at: 'people/users/alice', arrive: pressing('Delete key') },
    { at: 'people/users/alice', arrive: pressing('Create access key') },
  ],
  // One for each kind: they ask for different things.
  'people/create-dialog.tsx': ['user', 'group', 'role', 'policy'].map((kind) => ({
    at: `people/${kind === 'policy' ? 'policies' : `${kind}s`}`,
    arrive: pressing(`Create ${kind}`),
  })),
  'people/inline-policies.tsx': [
    {
      at: 'people/users/alice',
      arrive: async (page) => {
        await openParts(page, button(page, 'Remove policy'))
        await pressing('Remove policy')(page)
      },
    },
  ],
  'people/mfa-devices.tsx': [
    {
      at: 'people/users/alice',
      arrive: async (page) => {
        await openParts(page, button(page, 'Add a device'))
        await pressing('Add a device')(page)
        await page.getByRole('img', { name: 'QR code' }).waitFor()
      },
    },
  ],
  'people/page-head.tsx': [{ at: 'people/users/alice', arrive: pressing('Delete alice') }],
  'running/running.tsx': [{ at: 'running', arrive: pressing('Abort long.mp4') }],
  'transfers/replace-question.ts': [
    { at: 'buckets/photos?key=cat.txt', arrive: copyOver },
    { at: 'buckets/photos', arrive: uploadAgain },
  ],
  // The last: the session is no longer kept after it.
  'sign-in/session-ended.tsx': [{ at: 'buckets', arrive: endSession }],
}
