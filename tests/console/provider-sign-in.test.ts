import { CreateOpenIDConnectProviderCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { freePort } from '../support/free-port.ts'
import { iamClient, makeRole } from '../support/identity-clients.ts'
import { OidcProviderProcess } from '../support/oidc-provider-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { driveBrowser, expectAccessible, openPage } from './browser.ts'
import { startConsoleSite } from './console-site.ts'

driveBrowser()

const CLIENT = 'the-console'

it('a person of an OpenID provider signs in, and may do what the role may', async (context) => {
  await using folder = await temporaryDirectory()
  const consolePort = await freePort()
  const done = `http://127.0.0.1:${consolePort}/-/sign-in/done`
  await using provider = await OidcProviderProcess.start(folder.path, 'unused', done)
  const { issuer, thumbprint } = provider
  const roleArn = `arn:aws:iam::${mainAccount.id}:role/staff`
  const clientSecret = 'a-secret:of+the/console%1'
  const corporate = { id: 'corp', name: 'Corporate', issuer, clientId: CLIENT, clientSecret, roleArn }
  await using site = await startConsoleSite({
    privateIdentityProviders: [issuer],
    console: { providers: [corporate] },
    consolePort,
  })
  const iam = iamClient(site.s3)
  const known = { Url: issuer, ClientIDList: [CLIENT], ThumbprintList: [thumbprint] }
  await iam.send(new CreateOpenIDConnectProviderCommand(known))
  await createBucket(site.s3, 'staff')
  await putObject(site.s3, 'staff', 'hours.txt', '9 to 5')
  await using opened = await openPage(context, site, '', { ignoreHTTPSErrors: true })
  const { page, complaints } = opened

  // Without a role there is nothing to be signed in as; the page says so.
  await page.getByRole('link', { name: 'Sign in with Corporate' }).click()
  await page.getByText('does not let you in').waitFor()
  await expectAccessible(page)

  const address = issuer.slice('https://'.length)
  const trust = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${mainAccount.id}:oidc-provider/${address}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${address}:sub`]: 'alice' } },
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust })
  await makeRole(site.s3, { RoleName: 'staff', AssumeRolePolicyDocument })
  const may = { Effect: 'Allow', Action: ['s3:ListAllMyBuckets', 's3:ListBucket'], Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: may })
  await iam.send(new PutRolePolicyCommand({ RoleName: 'staff', PolicyName: 'may', PolicyDocument }))
  await page.getByRole('link', { name: 'Sign in with Corporate' }).click()
  await page.getByRole('link', { name: 'staff' }).click()
  await page.getByRole('link', { name: 'hours.txt' }).click()
  await page.getByText('You may not do this').first().waitFor()
  expect(complaints).toEqual([])
})
