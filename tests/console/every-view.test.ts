import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms'
import { CreateAccessPointCommand, CreateJobCommand } from '@aws-sdk/client-s3-control'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { SETTINGS as SETTINGS_BY_KIND } from '../../packages/console/src/bucket-settings/setting-list.ts'
import { VIEW_NAMES } from '../../packages/console/src/shell/view-name.ts'
import { createDirectoryBucket, directoryName } from '../conformance/directory-buckets/directory-room.ts'
import { mainAccount } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { controlClient } from '../support/control-client.ts'
import { iamClient, makeRole, makeUser } from '../support/identity-clients.ts'
import { kmsClient } from '../support/kms-client.ts'
import { referenceChecksum } from '../support/reference-checksums.ts'
import { rawRequest } from '../support/raw-request.ts'
import { accessFaults, driveBrowser, openPage, signInAt } from './browser.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.ts'
import { EDITED_SETTINGS, VIEWS, type Visit, WINDOWS } from './visits.ts'

driveBrowser()

const source = fileURLToPath(new URL('../../packages/console/src', import.meta.url))

const settingVisit = (bucket: string, name: string): Visit => ({
  at: `buckets/${bucket}/settings/${name}`,
  arrive: (page) =>
    page
      .getByRole('button', { name: /^(Save|Begin a new one|Create access point)$/ })
      .or(page.getByRole('alert'))
      .or(page.getByText(/There are no samples yet|ACLs are turned off/))
      .first()
      .waitFor(),
})

const BUCKETS = { general: 'photos', directory: directoryName('fast') } as const

/** Every setting of a bucket of either kind is a view of its own. */
const SETTINGS = Object.entries(BUCKETS).flatMap(([kind, bucket]) =>
  SETTINGS_BY_KIND[kind as keyof typeof BUCKETS].map(({ name }) => settingVisit(bucket, name)),
)

const VISITS: Readonly<Record<string, readonly Visit[]>> = {
  ...VIEWS,
  'bucket-settings': [...SETTINGS, ...EDITED_SETTINGS],
}

describe('what the console has', () => {
  it('is visited: every view', () => {
    expect(Object.keys(VISITS).toSorted()).toEqual([...VIEW_NAMES].toSorted())
    for (const [name, visits] of Object.entries(VISITS))
      expect([name, visits.length > 0]).toEqual([name, true])
  })

  it('is visited: every window', async () => {
    const opened: Record<string, number> = {}
    for await (const file of glob('**/*.{ts,tsx}', { cwd: source })) {
      // These two are what windows are made of.
      if (file === 'shared/question.tsx' || file === 'shared/form-dialog.tsx') continue
      const windows = (await readFile(`${source}/${file}`, 'utf8')).match(/<(?:Form)?Dialog\b|\bask\(/g)
      if (windows) opened[file] = windows.length
    }
    const fewest = Object.fromEntries(
      Object.entries(WINDOWS).map(([file, visits]) => [file, Math.min(visits.length, opened[file] ?? 0)]),
    )
    expect(fewest).toEqual(opened)
  })
})

describe('axe finds nothing, light and dark, narrow and wide,', () => {
  it('in the ways to sign in', async (context) => {
    await using site = await startConsoleSite()
    await using opened = await openPage(context, site)
    const { page } = opened
    await page.getByLabel('Secret key').waitFor()
    expect(await faultsOf(page, 'a key')).toEqual([])
    await page.getByText('I have temporary credentials').click()
    expect(await faultsOf(page, 'a token')).toEqual([])
    await page.getByRole('button', { name: 'With a name and password' }).click()
    await page.getByLabel('User name').waitFor()
    expect(await faultsOf(page, 'a name')).toEqual([])
    await page.goto(`${site.url}#/sign-in-failed?reason=role`)
    await page.getByText('does not let you in').waitFor()
    expect(await faultsOf(page, 'no role')).toEqual([])
  })

  for (const name of VIEW_NAMES)
    it(`in the view ${name}`, { timeout: 300_000 }, async (context) => {
      const arrived = (page: Page) => page.locator(`main[data-view="${name}"]`).waitFor()
      expect(await visitAll(context, VISITS[name] ?? [], arrived)).toEqual([])
    })

  it('in windows', { timeout: 300_000 }, async (context) => {
    // A question stands before the window that asks it.
    const arrived = (page: Page) => page.getByRole('dialog').last().waitFor()
    expect(await visitAll(context, Object.values(WINDOWS).flat(), arrived)).toEqual([])
  })
})

async function visitAll(
  context: Parameters<typeof openPage>[0],
  visits: readonly Visit[],
  arrived: (page: Page) => Promise<void>,
): Promise<string[]> {
  await using site = await startConsoleSite()
  await using opened = await openPage(context, site)
  const { page, complaints } = opened
  const found: string[] = []
  await fill(site)
  await page.getByLabel('Stay signed in').check()
  await signInAt(page)
  for (const { at, arrive } of visits) {
    await page.goto('about:blank')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${site.url}#/${at}`)
    await page.locator('main[data-view] > *').first().waitFor()
    await arrive?.(page)
    await page.waitForLoadState('networkidle')
    await arrived(page)
    found.push(...(await faultsOf(page, at)))
  }
  return [...found, ...complaints]
}

/** By all rules at each width, and by those of contrast in all colours. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  const look = async (width: number, colorScheme: 'light' | 'dark', rules?: readonly string[]) => {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    // The mouse lies on what is to be pressed next, which has other colours then.
    const next = page.locator('button.primary:visible').last()
    if ((await next.count()) > 0) await next.hover({ force: true })
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
    const faults = [...(wide > width ? [`${wide} wide`] : []), ...(await accessFaults(page, rules))]
    found.push(...faults.map((fault) => `${name}, ${width} ${colorScheme}: ${fault}`))
  }
  await look(360, 'light')
  await look(360, 'dark', CONTRAST)
  await look(2560, 'dark')
  await look(2560, 'light', CONTRAST)
  return found
}

const CONTRAST = ['color-contrast', 'link-in-text-block']

/** Something of everything that the console shows. */
async function fill({ s3 }: ConsoleSite): Promise<void> {
  await createBucket(s3, 'empty')
  await createBucket(s3, 'photos')
  await putObject(s3, await createDirectoryBucket(s3, 'fast'), 'cat.txt', 'meow')
  await put(s3, 'versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>')
  await put(
    s3,
    'lifecycle',
    '<LifecycleConfiguration><Rule><ID>old</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>',
  )
  for (const text of ['meow', 'meow, meow']) await putObject(s3, 'photos', 'cat.txt', text)
  await putObject(s3, 'photos', 'gone.txt', 'x')
  await putObject(s3, 'photos', '2025/a.txt', 'x')
  await rawRequest(s3, { method: 'DELETE', path: '/photos/gone.txt' })
  await rawRequest(s3, { method: 'POST', path: '/photos/long.mp4', query: 'uploads' })
  await put(s3, 'metrics&id=all', '<MetricsConfiguration><Id>all</Id></MetricsConfiguration>')
  await rawRequest(s3, { method: 'PUT', path: '/-/quotas', query: 'bucket=photos&maximumObjects=1000' })
  const control = controlClient(s3)
  const AccountId = mainAccount.id
  await control.send(new CreateAccessPointCommand({ AccountId, Name: 'team', Bucket: 'photos' }))
  const iam = iamClient(s3)
  await makeUser(s3, 'alice', { Effect: 'Allow', Action: 's3:*', Resource: '*' })
  await iam.send(new CreateGroupCommand({ GroupName: 'staff' }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'staff', UserName: 'alice' }))
  const trust = { Effect: 'Allow', Principal: { AWS: mainAccount.id }, Action: 'sts:AssumeRole' }
  await makeRole(s3, { RoleName: 'visitor', AssumeRolePolicyDocument: policy(trust) })
  const forJobs = { ...trust, Principal: { Service: 'batchoperations.s3.amazonaws.com' } }
  await makeRole(s3, { RoleName: 'batch', AssumeRolePolicyDocument: policy(forJobs) })
  const all = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  await iam.send(new PutRolePolicyCommand({ RoleName: 'batch', PolicyName: 'all', PolicyDocument: all }))
  await control.send(
    new CreateJobCommand({
      AccountId,
      Description: 'tag all',
      Operation: { S3PutObjectTagging: { TagSet: [{ Key: 'a', Value: 'b' }] } },
      ManifestGenerator: {
        S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::photos', EnableManifestOutput: false },
      },
      Report: {
        Enabled: true,
        Bucket: 'arn:aws:s3:::empty',
        Format: 'Report_CSV_20180820',
        ReportScope: 'AllTasks',
      },
      Priority: 10,
      ConfirmationRequired: true,
      ClientRequestToken: 'once',
      RoleArn: `arn:aws:iam::${AccountId}:role/batch`,
    }),
  )
  const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
  await iam.send(new CreatePolicyCommand({ PolicyName: 'readers', PolicyDocument: policy(read) }))
  const kms = kmsClient(s3)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'payroll' }))
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/payroll', TargetKeyId: KeyMetadata?.KeyId }))
}

const policy = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement })

async function put(s3: ConsoleSite['s3'], query: string, body: string): Promise<void> {
  const answer = await rawRequest(s3, {
    method: 'PUT',
    path: '/photos',
    query,
    body,
    headers: { 'content-md5': referenceChecksum('MD5', body) },
  })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}
