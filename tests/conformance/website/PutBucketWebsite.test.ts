import { PutBucketWebsiteCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { ERROR, INDEX, rulesXml, siteOf, WEBSITE, websiteXml } from './website-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const put = (body: string, headers = withMd5(body)) => ({ ...WEBSITE, body, headers })
const ALL = '<RedirectAllRequestsTo><HostName>example.com</HostName></RedirectAllRequestsTo>'

describeBucketRequest(() => room, { method: 'PUT', ...put(websiteXml(INDEX)) })

it('takes a website from the SDK, in its place the one that was there', async () => {
  const Bucket = await siteOf(room, INDEX, ERROR)
  const client = room.client()
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'home.html' } }
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  const { text } = await room.must('owner', 'GET', Bucket, undefined, WEBSITE)
  expect([xmlTexts(text, 'Suffix'), xmlTexts(text, 'Key')]).toEqual([['home.html'], []])
  client.destroy()
})

it('answers with nothing', async () => {
  const answer = await room.must('owner', 'PUT', await room.bucket(), undefined, put(websiteXml(INDEX)))
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('is for whom a policy allows s3:PutBucketWebsite', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutBucketWebsite' })
  await room.must('writer', 'PUT', bucket, undefined, put(websiteXml(INDEX)))
  expectError(await room.ask('writer', 'GET', bucket, undefined, WEBSITE), 403, 'AccessDenied')
})

it('is held to a checksum, where there is one', async () => {
  const bucket = await room.bucket()
  const ask = (headers: Record<string, string>) =>
    room.ask('owner', 'PUT', bucket, undefined, put(websiteXml(INDEX), headers))
  expectError(await ask(withMd5('something else')), 400, 'BadDigest')
  expectError(await room.ask('owner', 'GET', bucket, undefined, WEBSITE), 404, 'NoSuchWebsiteConfiguration')
  expectSuccess(await ask({}))
})

describe('the document', () => {
  const expectRefused = async (body: string, code: string) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, put(body))
    const element = expectError(answer, 400, code)
    const found = await room.ask('owner', 'GET', bucket, undefined, WEBSITE)
    expectError(found, 404, 'NoSuchWebsiteConfiguration')
    return element
  }

  const to = { HostName: 'example.com' }
  it.each([
    ['nothing', 'MissingRequestBodyError', ''],
    ['no XML', 'MalformedXML', 'index.html'],
    ['another document', 'MalformedXML', '<Tagging/>'],
    ['an unknown element', 'MalformedXML', websiteXml(INDEX, '<Index/>')],
    ['an index document without a suffix', 'MalformedXML', websiteXml('<IndexDocument/>')],
    ['two index documents', 'MalformedXML', websiteXml(INDEX, INDEX)],
    ['an error document without a key', 'MalformedXML', websiteXml(INDEX, '<ErrorDocument/>')],
    ['a redirection to nowhere', 'MalformedXML', websiteXml('<RedirectAllRequestsTo/>')],
    ['no rules', 'MalformedXML', websiteXml(INDEX, '<RoutingRules/>')],
    [
      'a rule without a redirection',
      'MalformedXML',
      websiteXml(INDEX, '<RoutingRules><RoutingRule/></RoutingRules>'),
    ],
    ['a rule that says nothing', 'MalformedXML', websiteXml(INDEX, rulesXml([{ KeyPrefixEquals: 'a' }, {}]))],
    [
      'a code that is no number',
      'MalformedXML',
      websiteXml(INDEX, rulesXml([undefined, { HttpRedirectCode: 'https' }])),
    ],
    [
      'an error that is no number',
      'MalformedXML',
      websiteXml(INDEX, rulesXml([{ HttpErrorCodeReturnedEquals: '4XX' }, to])),
    ],
  ])('may not have %s', async (_, code, body) => {
    await expectRefused(body, code)
  })

  const replaceBoth = 'A Redirect has ReplaceKeyWith or ReplaceKeyPrefixWith, not both.'
  const blank = 'HostName has to be a host name. Leave it out to stay on the same host.'
  const protocol = 'Protocol has to be http or https. Leave it out to keep that of the request.'
  const redirectCode = (code: string) => `HttpRedirectCode has to be from 301 to 399, not ${code}.`
  const errorCode = (code: string) => `HttpErrorCodeReturnedEquals has to be from 400 to 599, not ${code}.`
  it.each<readonly [string, string]>([
    [rulesXml([undefined, { ReplaceKeyWith: 'a', ReplaceKeyPrefixWith: 'b' }]), replaceBoth],
    [rulesXml([undefined, { HostName: '' }]), blank],
    [rulesXml([undefined, { HostName: 'a&#10;b' }]), blank],
    [rulesXml([undefined, { HostName: 'a b' }]), blank],
    [rulesXml([undefined, { Protocol: 'ftp' }]), protocol],
    [rulesXml([undefined, { Protocol: 'HTTPS' }]), protocol],
    [rulesXml([undefined, { Protocol: '' }]), protocol],
    ...['300', '299', '400', '200', '0301', '3000'].map(
      (code) => [rulesXml([undefined, { HttpRedirectCode: code }]), redirectCode(code)] as const,
    ),
    ...['399', '600', '302', '200', '0404'].map(
      (code) => [rulesXml([{ HttpErrorCodeReturnedEquals: code }, to]), errorCode(code)] as const,
    ),
    [
      rulesXml([{}, to]),
      'A Condition needs KeyPrefixEquals or HttpErrorCodeReturnedEquals. Leave it out for a rule that always holds.',
    ],
    [
      rulesXml(...Array.from({ length: 51 }, () => [undefined, to] as const)),
      'A website configuration has at most 50 routing rules, not 51.',
    ],
  ])('may not say %s', async (rules, message) => {
    expect((await expectRefused(websiteXml(INDEX, rules), 'InvalidRequest'))('Message')).toBe(message)
  })

  it.each<readonly [string, string, string, string]>([
    ['', 'IndexDocument', 'null', 'A website configuration needs an IndexDocument or RedirectAllRequestsTo.'],
    [
      ERROR,
      'IndexDocument',
      'null',
      'A website configuration needs an IndexDocument or RedirectAllRequestsTo.',
    ],
    [
      '<IndexDocument><Suffix/></IndexDocument>',
      'IndexDocument',
      '',
      'The suffix of the index document must not be empty and must not contain a slash.',
    ],
    [
      '<IndexDocument><Suffix>a/b</Suffix></IndexDocument>',
      'IndexDocument',
      'a/b',
      'The suffix of the index document must not be empty and must not contain a slash.',
    ],
    [
      `${INDEX}<ErrorDocument><Key/></ErrorDocument>`,
      'ErrorDocument',
      '',
      'The key of the error document must not be empty.',
    ],
    ...[INDEX, ERROR, rulesXml([undefined, to])].map(
      (other) =>
        [
          ALL + other,
          'RedirectAllRequestsTo',
          'not null',
          'RedirectAllRequestsTo stands alone in a website configuration.',
        ] as const,
    ),
  ])('may not be %s', async (content, name, value, message) => {
    const element = await expectRefused(websiteXml(content), 'InvalidArgument')
    expect([element('ArgumentName'), element('ArgumentValue'), element('Message')]).toEqual([
      name,
      value,
      message,
    ])
  })

  it('names documents with keys that there can be', async () => {
    const long = 'x'.repeat(1024)
    const index = (key: string) => `<IndexDocument><Suffix>${key}</Suffix></IndexDocument>`
    const error = (key: string) => `<ErrorDocument><Key>${key}</Key></ErrorDocument>`
    await siteOf(room, index(long), error(long))
    await expectRefused(websiteXml(index(`${long}x`)), 'KeyTooLongError')
    await expectRefused(websiteXml(INDEX, error(`${long}x`)), 'KeyTooLongError')
  })

  it('has 50 rules at most, each with all there is', async () => {
    const rule = [
      { KeyPrefixEquals: 'a', HttpErrorCodeReturnedEquals: '599' },
      { HostName: 'example.com:8080', Protocol: 'https', HttpRedirectCode: '399', ReplaceKeyWith: 'b' },
    ] as const
    const bucket = await siteOf(room, INDEX, rulesXml(...Array.from({ length: 50 }, () => rule)))
    const { text } = await room.must('owner', 'GET', bucket, undefined, WEBSITE)
    expect(xmlTexts(text, 'HttpErrorCodeReturnedEquals')).toHaveLength(50)
  })

  it('has 128 KiB at most', async () => {
    const rules = (count: number) =>
      rulesXml(
        ...Array.from({ length: count }, () => [undefined, { ReplaceKeyWith: 'x'.repeat(5000) }] as const),
      )
    await siteOf(room, INDEX, rules(25))
    await expectRefused(websiteXml(INDEX, rules(27)), 'MaxMessageLengthExceeded')
  })

  it('needs no namespace, and may have white space', async () => {
    const body = websiteXml(INDEX, ERROR)
      .replace(/ xmlns="[^"]*"/, '')
      .replaceAll('><', '>\n  <')
    expectSuccess(await room.ask('owner', 'PUT', await room.bucket(), undefined, put(body)))
  })
})

it('tells the SDK what is wrong', async () => {
  const client = room.client()
  const sent = client.send(
    new PutBucketWebsiteCommand({
      Bucket: await room.bucket(),
      WebsiteConfiguration: { IndexDocument: { Suffix: 'a/b' } },
    }),
  )
  expect(await sdkError(sent)).toEqual([400, 'InvalidArgument'])
  client.destroy()
})
