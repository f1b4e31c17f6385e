import { describe, expect, it } from 'vitest'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { parseConfig } from './parse-config.ts'
import { assertOwnHosts } from './shared-hosts.ts'

const main = { id: '100000000001', name: 'main' }
const NOBODY = '999999999999'
const material = Buffer.alloc(32, 1).toString('base64')
const arn = 'arn:aws:sqs:us-east-1:100000000001:queue'
const url = 'https://hooks.example/a'

function problemsIn(config: object): readonly ConfigProblem[] {
  return problemsOf(() => parseConfig(JSON.stringify({ accounts: [main], ...config }), 'test.json'))
}

function problemsOf(run: () => void): readonly ConfigProblem[] {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('a config is refused', () => {
  it.each<[string, object, string]>([
    [
      'kmsKeys[0].accountId',
      { kmsKeys: [{ keyId: 'key', accountId: NOBODY, material }] },
      'no account of this config has this id',
    ],
    [
      'notifications.destinations[0].accounts[1]',
      { notifications: { destinations: [{ arn, url, accounts: [main.id, NOBODY] }] } },
      'no account of this config has this id',
    ],
    [
      'notifications.eventBridge.accounts[0]',
      { notifications: { eventBridge: { url, accounts: [NOBODY] } } },
      'no account of this config has this id',
    ],
    [
      'replication.destinations[0]',
      { replication: { destinations: [{ arn: 'arn:aws:s3:::oslo', endpoint: 'https://s3.example' }] } },
      'expected one of accessKey, credentialsFile, environment, to say who signs; found 0',
    ],
    [
      'replication.destinations[0].profile',
      {
        replication: {
          destinations: [
            { arn: 'arn:aws:s3:::oslo', endpoint: 'https://s3.example', environment: 'OSLO', profile: 'a' },
          ],
        },
      },
      'is one of a credentialsFile, and there is none',
    ],
    [
      'accounts[1].email',
      {
        accounts: [
          { ...main, email: 'a@example.com' },
          { id: '100000000002', name: 'b', email: 'A@Example.com' },
        ],
      },
      'the same e-mail address as accounts[0].email; give each its own',
    ],
    [
      'domains[1]',
      { domains: ['s3.example', 's3.example'] },
      'the same domain as domains[0]; give each its own',
    ],
    [
      'testing.enabled',
      { testing: { dayLengthSeconds: 5 } },
      'is missing, so that nothing else here has an effect; write true or false',
    ],
    [
      'websites.s3.example',
      { domains: ['s3.example'], websites: { 's3.example': 'site' } },
      'the domain s3.example makes this host the address of S3 itself; give the website another',
    ],
    [
      'websites.www.s3.example',
      { domains: ['other', 's3.example'], websites: { 'www.s3.example': 'site', 'www.example': 'site' } },
      'the domain s3.example makes this host the address of the bucket www; give the website another',
    ],
  ])('because of %s in %j', (path, config, message) => {
    expect(problemsIn(config)).toEqual([{ path, message }])
  })
})

it('a config is taken where everything fits', () => {
  const config = {
    accounts: [main, { id: '100000000002', name: 'b', email: 'b@example.com' }],
    kmsKeys: [{ keyId: 'key', accountId: '100000000002', material }],
    notifications: { destinations: [{ arn, url, accounts: [main.id] }], eventBridge: { url } },
    domains: ['s3.example'],
    websites: { 'www.example': 'site', 'xs3.example': 'site' },
    testing: { enabled: false, dayLengthSeconds: 5 },
  }
  expect(problemsIn(config)).toEqual([])
})

it('a domain of the command line is held against the websites too', () => {
  const websites = { 'www.s3.example': 'site' }
  expect(problemsOf(() => assertOwnHosts(websites, ['other']))).toEqual([])
  expect(problemsOf(() => assertOwnHosts(websites, ['s3.example']))).toEqual([
    { path: '--domain, and websites.www.s3.example', message: expect.stringContaining('the bucket www') },
  ])
})
