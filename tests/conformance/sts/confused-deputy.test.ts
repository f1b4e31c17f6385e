import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { makeRole, makeUser, sessionOf, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { startTestServer } from '../../support/server.ts'

/*
 * A deputy serves several customers, each of whom has a role that trusts it. A customer who names another one's role must not
 * get at what is theirs. Source: IAM User Guide, "The confused deputy problem": the role asks for an external id, which the
 * deputy chose for the customer and always sends.
 */

let server: TestServer
let deputy: Credentials
beforeAll(async () => {
  server = await startTestServer()
  const mayAssume = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
  const abroad = { url: server.url, credentials: otherCredentials }
  deputy = await makeUser(abroad, 'deputy', mayAssume)
  return () => server[Symbol.asyncDispose]()
})

/** A customer's role, which the deputy's account may assume on a condition. */
const roleWith = (RoleName: string, condition?: object): Promise<string> =>
  makeRole(server, { RoleName, AssumeRolePolicyDocument: trustPolicy(otherAccount.id, condition) })

const externalId = (...ids: string[]) => ({ StringEquals: { 'sts:ExternalId': ids } })

async function assumes(RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}): Promise<string> {
  const input = { RoleArn, RoleSessionName: 'deputy', ...more }
  return stsClient(server, deputy)
    .send(new AssumeRoleCommand(input))
    .then(
      ({ Credentials: given }) => (sessionOf(given).sessionToken === '' ? 'nothing' : 'assumed'),
      (error: Error) => error.name,
    )
}

describe('a role that asks for an external id', () => {
  let RoleArn: string
  beforeAll(async () => {
    RoleArn = await roleWith('customer-1', externalId('Unique-1'))
  })

  it('is assumed with that very one', async () => {
    expect(await assumes(RoleArn, { ExternalId: 'Unique-1' })).toBe('assumed')
  })

  it.each([
    undefined,
    'Unique-2',
    'unique-1',
    'Unique-1x',
    'Unique-',
    'Unique-1:',
    'Unique-1/..',
    'Unique-1,Unique-2',
  ])('is not assumed with %s', async (ExternalId) => {
    expect(await assumes(RoleArn, { ExternalId })).toBe('AccessDenied')
  })

  it.each(['', 'x', 'Unique-*', 'Unique 1', '${sts:ExternalId}', 'x'.repeat(1225)])(
    'takes what no external id can be for an error: %s',
    async (ExternalId) => {
      const parameters = { Action: 'AssumeRole', RoleArn, RoleSessionName: 'deputy', ExternalId }
      const answer = await queryRequest(server, 'sts', parameters, { credentials: deputy })
      expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
    },
  )

  it('is not to be told by tags, source identity or a second value', async () => {
    const tags = [{ Key: 'sts:ExternalId', Value: 'Unique-1' }]
    expect(await assumes(RoleArn, { Tags: tags })).toBe('AccessDenied')
    expect(await assumes(RoleArn, { SourceIdentity: 'Unique-1' })).toBe('AccessDenied')
    const parameters = {
      Action: 'AssumeRole',
      RoleArn,
      RoleSessionName: 'deputy',
      ExternalId: 'Unique-2',
      'ExternalId.member.1': 'Unique-1',
    }
    const answer = await queryRequest(server, 'sts', parameters, { credentials: deputy })
    expect(answer.status).not.toBe(200)
  })
})

it('a customer cannot name the role of another one: each has an external id of its own', async () => {
  const first = await roleWith('of-first', externalId('id-of-first'))
  const second = await roleWith('of-second', externalId('id-of-second'))
  const serves = async (customer: string, named: string) =>
    assumes(named, { ExternalId: `id-of-${customer}` })
  expect(await serves('first', first)).toBe('assumed')
  expect(await serves('second', second)).toBe('assumed')
  expect(await serves('first', second)).toBe('AccessDenied')
  expect(await serves('second', first)).toBe('AccessDenied')
})

it('a role that takes any external id but none is not assumed without one', async () => {
  const RoleArn = await roleWith('any', { Null: { 'sts:ExternalId': 'false' } })
  expect(await assumes(RoleArn)).toBe('AccessDenied')
  expect(await assumes(RoleArn, { ExternalId: 'any' })).toBe('assumed')
  const several = await roleWith('several', externalId('one-of', 'two-of'))
  expect(await assumes(several, { ExternalId: 'two-of' })).toBe('assumed')
  expect(await assumes(several, { ExternalId: 'three-of' })).toBe('AccessDenied')
})

it('a role that asks for none is assumed with any: it is for the customer to ask', async () => {
  const RoleArn = await roleWith('trusting')
  expect(await assumes(RoleArn)).toBe('assumed')
  expect(await assumes(RoleArn, { ExternalId: 'whatever' })).toBe('assumed')
})

it('a role that has the account in its trust is for no other account, external id or not', async () => {
  const RoleArn = await makeRole(server, {
    RoleName: 'at-home',
    AssumeRolePolicyDocument: trustPolicy(mainAccount.id, externalId('Unique-1')),
  })
  expect(await assumes(RoleArn, { ExternalId: 'Unique-1' })).toBe('AccessDenied')
})
