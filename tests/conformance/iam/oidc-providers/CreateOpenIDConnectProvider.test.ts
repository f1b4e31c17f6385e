import {
  CreateOpenIDConnectProviderCommand,
  type CreateOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { startServer } from 'holdfast'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { OidcIssuer } from '../../../support/oidc-issuer.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { arnOf, THUMBPRINT } from './oidc-provider-room.ts'

const room = openIamRoom()
const create = (Url: string, input: Partial<CreateOpenIDConnectProviderCommandInput> = {}, iam = room.iam) =>
  iam.send(new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: [THUMBPRINT], ...input }))

it('makes a provider', async () => {
  const Tags = [{ Key: 'team', Value: 'a b' }]
  const ClientIDList = ['sts.amazonaws.com', 'other']
  const made = await create('https://ci.example.com/realms/main', { ClientIDList, Tags })
  const OpenIDConnectProviderArn = arnOf('ci.example.com/realms/main')
  expect(made).toMatchObject({ OpenIDConnectProviderArn, Tags })
  expect(
    await room.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
  ).toMatchObject({
    Url: 'ci.example.com/realms/main',
    ClientIDList,
    ThumbprintList: [THUMBPRINT],
    CreateDate: expect.any(Date),
    Tags,
  })
})

it('answers in XML of IAM', async () => {
  const parameters = {
    Action: 'CreateOpenIDConnectProvider',
    Url: 'https://raw.example.com',
    'ThumbprintList.member.1': THUMBPRINT,
  }
  const answer = await queryRequest(room.server, 'iam', parameters)
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  expect(answer.text).toContain(
    `<CreateOpenIDConnectProviderResult><OpenIDConnectProviderArn>${arnOf('raw.example.com')}</OpenIDConnectProviderArn></CreateOpenIDConnectProviderResult>`,
  )
})

it('refuses one that there is, as it is spelt, but not in another account', async () => {
  await create('https://taken.example.com')
  await expect(create('https://taken.example.com')).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Provider with url https://taken.example.com already exists.',
    $metadata: { httpStatusCode: 409 },
  })
  for (const other of ['https://taken.example.com/', 'https://Taken.example.com']) {
    expect((await create(other)).OpenIDConnectProviderArn).toBe(arnOf(other.slice(8)))
  }
  const { OpenIDConnectProviderArn } = await create(
    'https://taken.example.com',
    {},
    iamClient(room.server, otherCredentials),
  )
  expect(OpenIDConnectProviderArn).toBe('arn:aws:iam::100000000002:oidc-provider/taken.example.com')
})

it.each([
  'http://ci.example.com',
  'ci.example.com',
  'HTTPS://ci.example.com',
  'https://',
  'https:///path',
  'https://ci.example.com?a=b',
  'https://ci.example.com/#a',
  'https://user@ci.example.com',
  'https://user:word@ci.example.com',
  'https://ci.example.com:443',
  'https://ci.example.com:8443/realm',
  'https://ci.example.com/a b',
  'https://ci.example.com/*',
  'https://[::1]/',
])('refuses the URL %s', async (url) => {
  await expect(create(url)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('Invalid Open ID Connect Provider URL'),
    $metadata: { httpStatusCode: 400 },
  })
})

it('refuses a URL of more than 255 characters', async () => {
  const long = (count: number) => `https://ci.example.com/${'x'.repeat(count - 23)}`
  await expect(create(long(256))).rejects.toMatchObject({ name: 'ValidationError' })
  await create(long(255))
})

it('takes 100 client ids of 255 characters, and 5 thumbprints', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index}`.padEnd(255, 'x'))
  await create('https://full.example.com', { ClientIDList: [...ids(100), ...ids(100)] })
  await expect(create('https://fuller.example.com', { ClientIDList: ids(101) })).rejects.toMatchObject({
    name: 'LimitExceededException',
    $metadata: { httpStatusCode: 409 },
  })
  const tooLong = create('https://long.example.com', { ClientIDList: ['x'.repeat(256)] })
  await expect(tooLong).rejects.toMatchObject({ name: 'ValidationError' })
  const thumbprints = (count: number) =>
    Array.from({ length: count }, (_, index) => `${index}`.padStart(40, 'a'))
  await create('https://five.example.com', { ThumbprintList: thumbprints(5) })
  const invalid = { name: 'InvalidInputException' }
  await expect(create('https://six.example.com', { ThumbprintList: thumbprints(6) })).rejects.toMatchObject(
    invalid,
  )
  const noHex = create('https://no.example.com', { ThumbprintList: ['g'.repeat(40)] })
  await expect(noHex).rejects.toMatchObject(invalid)
  const short = create('https://no.example.com', { ThumbprintList: ['a'.repeat(39)] })
  await expect(short).rejects.toMatchObject({ name: 'ValidationError' })
})

it('makes a hundred in an account', async () => {
  await using server = await startServer()
  const iam = iamClient(server)
  for (let index = 0; index < 100; index++) await create(`https://ci-${index}.example.com`, {}, iam)
  await expect(create('https://more.example.com', {}, iam)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
  })
})

it('gets the thumbprint from the provider where there is none in the request', async () => {
  await using issuer = await OidcIssuer.open()
  await using server = await startServer({ privateIdentityProviders: [issuer.url] })
  const iam = iamClient(server)
  await create(issuer.url, { ThumbprintList: undefined }, iam)
  const arn = { OpenIDConnectProviderArn: arnOf(issuer.address) }
  const { ThumbprintList } = await iam.send(new GetOpenIDConnectProviderCommand(arn))
  expect(ThumbprintList).toEqual([issuer.thumbprint])
})

it('says so where the provider cannot be reached, which it does not ask otherwise', async () => {
  await using issuer = await OidcIssuer.open()
  await using server = await startServer({ privateIdentityProviders: [issuer.url] })
  const iam = iamClient(server)
  issuer.instead = (_, response) => (response.writeHead(404).end(), true)
  const refused = { name: 'OpenIdIdpCommunicationErrorException', $metadata: { httpStatusCode: 400 } }
  await expect(create(issuer.url, { ThumbprintList: undefined }, iam)).rejects.toMatchObject(refused)
  await issuer.close()
  await expect(create(issuer.url, { ThumbprintList: undefined }, iam)).rejects.toMatchObject(refused)
  await expect(create('https://localhost', { ThumbprintList: undefined }, iam)).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('leads to a private address'),
  })
  await create(issuer.url, {}, iam)
})

describeIamRequest('CreateOpenIDConnectProvider', {
  parameters: { Url: 'https://new.example.com/a', 'ThumbprintList.member.1': THUMBPRINT },
  resource: 'oidc-provider/new.example.com/a',
})
