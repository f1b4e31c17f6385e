import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalIdOf } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { parseConfig } from './parse-config.ts'

const main = { id: '100000000001', name: 'main' }

function problemsIn(config: unknown): readonly ConfigProblem[] {
  return problemsInText(JSON.stringify(config))
}

function problemsInText(json: string): readonly ConfigProblem[] {
  try {
    parseConfig(json, 'test.json')
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const kmsKey = { keyId: 'a-key', accountId: main.id, material: Buffer.alloc(32, 1).toString('base64') }
const mfaDevice = { serialNumber: 'GAHT12345678', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }
const queueOfAmazon = {
  arn: 'arn:aws:sqs:us-east-1:100000000001:uploads',
  accounts: ['100000000001'],
  service: {
    arn: 'arn:aws:sqs:eu-north-1:123456789012:uploads',
    endpoint: 'http://127.0.0.1:9324',
    region: 'eu-north-1',
    environment: 'QUEUES',
    privateAddresses: true,
    certificateAuthorityFile: 'queues.pem',
  },
}
const topicOfKafka = {
  arn: 'arn:aws:sns:us-east-1:100000000001:uploads',
  kafka: {
    brokers: ['kafka1.example.com:9092', '[::1]:9092'],
    topic: 'uploads',
    tls: true,
    certificateAuthorityFile: 'kafka.pem',
    sasl: { mechanism: 'SCRAM-SHA-512', user: 'holdfast', passwordFile: 'kafka-password' },
  },
}
const destination = { arn: 'arn:aws:sqs:us-east-1:100000000001:queue', url: 'https://hooks.example/a' }
const withKafka = (members: object) => ({
  accounts: [main],
  notifications: { destinations: [{ ...topicOfKafka, kafka: { ...topicOfKafka.kafka, ...members } }] },
})
const streamOfNats = {
  arn: 'arn:aws:sqs:us-east-1:100000000001:nats',
  nats: { servers: ['nats.example.com:4222'], subject: 'storage.events', token: 'a-token' },
}
const streamOfRedis = {
  arn: 'arn:aws:sqs:us-east-1:100000000001:redis',
  redis: { address: 'redis.example.com:6379', stream: 'events', password: 'a-password', tls: true },
}
const ceph = { engine: 'ceph', pool: 'holdfast', user: 'client.holdfast' }
const database = { engine: 'postgresql', url: 'postgresql://holdfast@db.example.com/holdfast' }

describe('parseConfig', () => {
  it('reads the full form', () => {
    const canonicalId = 'ab'.repeat(32)
    const accessKeys = [
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfi' },
    ]
    const full = { ...main, displayName: 'M. Tester', email: 'main@example.com', canonicalId, accessKeys }
    const config = {
      region: 'eu-central-1',
      signatureVersion2: false,
      accounts: [full],
      storageClasses: ['LUKEWARM'],
      newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false, blockCustomerKeys: true },
      acl: { emailGrantees: false, displayNames: false },
      scrub: { megabytesPerSecond: 25, everyDays: 7 },
      metadata: {
        engine: 'postgresql',
        url: ['postgresql://holdfast@db1.example.com/holdfast', 'postgres://u%40x@[::1]:5433/db'],
        poolSize: 8,
        passwordFile: 'password',
        tls: { caFile: 'ca.pem', certificateFile: 'client.pem', keyFile: 'client.key' },
      },
      blobs: { engine: 'files', directory: '/mnt/holdfast' },
      storage: { reserveMegabytes: 100, commitTimeoutSeconds: 30 },
      accessLogs: { deliverySeconds: 60, saveSeconds: 0.5, undeliveredMegabytes: 1 },
      rates: {
        requestsAtOnce: 64,
        eachAccount: { requestsPerSecond: 0.5, megabytesPerSecond: 10, burstSeconds: 2 },
        eachUser: { requestsPerSecond: 5 },
        anonymous: { requestsPerSecond: 1 },
        accounts: { [main.id]: { weight: 2 } },
        users: { 'arn:aws:iam::100000000001:user/team/ann': { megabytesPerSecond: 1 } },
      },
      auditLog: {
        directory: 'audit',
        isRequired: true,
        rotateMegabytes: 1,
        keepDays: 2,
        webhook: { url: 'https://log.example/holdfast', authorization: 'Bearer x' },
      },
      metrics: { address: '[::1]:9100', tokenFile: 'token' },
      limits: { documentMegabytes: 8, documentSeconds: 30, leastBytesPerSecond: 0.5 },
      domains: ['s3.localhost'],
      trustedProxies: ['127.0.0.1', '10.1.2.0/24', 'fd00::/8'],
      websites: { 'www.example.com': 'site' },
      encryption: {
        requireTls: true,
        keyManagement: { engine: 'vault', url: 'https://vault.example.com:8200', keyName: 'holdfast' },
      },
      kmsKeys: [kmsKey],
      notifications: {
        destinations: [destination, queueOfAmazon, topicOfKafka, streamOfNats, streamOfRedis],
        eventBridge: {
          url: 'http://127.0.0.1:8080/events?from=s3',
          authorization: 'Bearer a b',
          privateAddresses: true,
        },
      },
      replication: {
        destinations: [
          {
            arn: 'arn:aws:s3:::photos-in-oslo',
            endpoint: 'https://s3.oslo.example',
            bucket: 'photos',
            region: 'eu-north-1',
            accessKey: { accessKeyId: 'AKIAIOSFODNN7EXAMPL2', secretAccessKey: 'a-secret-of-oslo' },
            privateAddresses: true,
            certificateAuthorityFile: 'oslo.pem',
            isHoldfast: true,
            parallel: 8,
            megabytesPerSecond: 20,
          },
        ],
      },
      privateIdentityProviders: ['https://ci.example.com:8443/realms/main'],
      buckets: [{ name: 'logs' }, { name: 'photos', account: main.id, versioning: { Status: 'Enabled' } }],
    }
    const provider = {
      id: 'corp',
      issuer: 'https://login.example.com/realms/main',
      clientId: 'console',
      clientSecret: 'the-secret',
      roleArn: `arn:aws:iam::${main.id}:role/staff`,
    }
    const console = { address: '[::1]:9001', url: 'https://console.example.com/', providers: [provider] }
    expect(parseConfig(JSON.stringify({ ...config, console }), 'test.json')).toEqual({
      ...config,
      testing: undefined,
      console: {
        enabled: true,
        address: { host: '::1', port: 9001 },
        url: 'https://console.example.com',
        providers: [{ ...provider, name: 'corp', scopes: ['openid', 'email', 'profile'] }],
      },
    })
  })

  it('fills in the defaults', () => {
    expect(parseConfig(JSON.stringify({ accounts: [main] }), 'test.json')).toEqual({
      region: 'us-east-1',
      signatureVersion2: true,
      accounts: [
        {
          ...main,
          displayName: 'main',
          email: undefined,
          canonicalId: canonicalIdOf(main.id),
          accessKeys: [],
        },
      ],
      storageClasses: [],
      newBuckets: {
        objectOwnership: 'BucketOwnerEnforced',
        blockPublicAccess: true,
        blockCustomerKeys: false,
      },
      acl: { emailGrantees: true, displayNames: true },
      scrub: { megabytesPerSecond: 10, everyDays: 30 },
      metadata: { engine: 'lmdb' },
      blobs: { engine: 'files' },
      storage: { reserveMegabytes: undefined, commitTimeoutSeconds: 60 },
      accessLogs: { deliverySeconds: 300, saveSeconds: 1, undeliveredMegabytes: 64 },
      metrics: {},
      limits: { documentMegabytes: 64, documentSeconds: 120, leastBytesPerSecond: 512 },
      testing: undefined,
      domains: [],
      trustedProxies: [],
      websites: {},
      encryption: { requireTls: 'exceptLoopback', keyManagement: { engine: 'local' } },
      kmsKeys: [],
      notifications: { destinations: [] },
      replication: { destinations: [] },
      privateIdentityProviders: [],
      console: { enabled: true, providers: [] },
      buckets: [],
    })
  })

  it('derives the same 64 hex digits from the same account id', () => {
    expect(canonicalIdOf(main.id)).toMatch(/^[0-9a-f]{64}$/)
    expect(canonicalIdOf(main.id)).toBe(canonicalIdOf('100000000001'))
    expect(canonicalIdOf(main.id)).not.toBe(canonicalIdOf('100000000002'))
  })

  it('accepts a byte order mark', () => {
    expect(problemsInText(`\uFEFF${JSON.stringify({ accounts: [main] })}`)).toEqual([])
  })

  it.each([
    ['region', { region: 'US East', accounts: [main] }, 'a region name'],
    ['region', { region: 7, accounts: [main] }, 'found 7'],
    ['accounts', {}, 'is missing; expected a list of accounts'],
    ['accounts', { accounts: [] }, 'at least one account'],
    ['accounts', { accounts: main }, 'expected a list of accounts, found an object'],
    ['accounts[0]', { accounts: ['main'] }, 'expected an account'],
    ['accounts[0].id', { accounts: [{ name: 'main' }] }, 'is missing; expected 12 digits'],
    ['accounts[0].id', { accounts: [{ ...main, id: '12345' }] }, 'expected 12 digits in quotes'],
    ['accounts[0].id', { accounts: [{ ...main, id: 100000000001 }] }, 'found 100000000001'],
    ['accounts[0].name', { accounts: [{ ...main, name: ' main' }] }, 'without a space'],
    ['accounts[0].displayName', { accounts: [{ ...main, displayName: 'a\nb' }] }, 'on one line'],
    ['accounts[0].quota', { accounts: [{ ...main, quota: {} }] }, 'with one of them or both'],
    ['accounts[0].quota.bytes', { accounts: [{ ...main, quota: { bytes: '1GB' } }] }, 'a whole number'],
    [
      'buckets[0].quota.objects',
      { accounts: [main], buckets: [{ name: 'abc', quota: { objects: -1 } }] },
      '0 or more',
    ],
    ['accounts[0].email', { accounts: [{ ...main, email: 'nobody' }] }, 'an e-mail address'],
    ['accounts[0].canonicalId', { accounts: [{ ...main, canonicalId: 'AB'.repeat(32) }] }, 'leave it out'],
    ['accounts[0].accessKeys', { accounts: [{ ...main, accessKeys: {} }] }, 'a list of access keys'],
    [
      'accounts[0].mail',
      { accounts: [{ ...main, mail: 'a@b' }] },
      'known here: id, name, displayName, email',
    ],
    ['storageClasses[0]', { accounts: [main], storageClasses: ['luke warm'] }, 'upper-case'],
    [
      'newBuckets.objectOwnership',
      { accounts: [main], newBuckets: { objectOwnership: 'Me' } },
      'ObjectWriter',
    ],
    [
      'newBuckets.blockPublicAccess',
      { accounts: [main], newBuckets: { blockPublicAccess: 1 } },
      'true or false',
    ],
    ['newBuckets.versioning', { accounts: [main], newBuckets: { versioning: true } }, 'no such setting'],
    ['metadata', { accounts: [main], metadata: 'postgresql' }, 'an object with an "engine"'],
    ['metadata.engine', { accounts: [main], metadata: { engine: 'sqlite' } }, '"lmdb" or "postgresql"'],
    ['metadata.url', { accounts: [main], metadata: { engine: 'postgresql' } }, 'is missing'],
    ['metadata.url', { accounts: [main], metadata: { engine: 'postgresql', url: [] } }, 'a URL'],
    [
      'metadata.tls',
      { accounts: [main], metadata: { ...database, tls: { keyFile: 'key' } } },
      'a key its certificate',
    ],
    ['metadata.tls', { accounts: [main], metadata: { ...database, tls: true } }, 'false, or an object'],
    ['metadata.poolSize', { accounts: [main], metadata: { ...database, poolSize: 1 } }, 'from 2 to 100'],
    ['blobs.engine', { accounts: [main], blobs: { engine: 'tape' } }, '"files" or "ceph"'],
    ['blobs.pool', { accounts: [main], blobs: { engine: 'ceph', user: 'client.x' } }, 'is missing'],
    ['blobs.user', { accounts: [main], blobs: { ...ceph, user: 'a b' } }, 'a user of Ceph'],
    ['blobs.timeoutSeconds', { accounts: [main], blobs: { ...ceph, timeoutSeconds: 0 } }, 'from 1 to 600'],
    ['blobs.directory', { accounts: [main], blobs: { engine: 'files', directory: '' } }, 'a folder'],
    ['domains[0]', { accounts: [main], domains: ['localhost:9000'] }, 'without a port'],
    ['trustedProxies[0]', { accounts: [main], trustedProxies: ['proxy.local'] }, '10.1.2.0/24'],
    ['trustedProxies[1]', { accounts: [main], trustedProxies: ['::1', '::/0'] }, 'believes everybody'],
    ['tls', { accounts: [main], tls: {} }, 'known here: region, signatureVersion2, accounts'],
    ['encryption.requireTls', { accounts: [main], encryption: { requireTls: 'no' } }, 'exceptLoopback'],
    [
      'encryption.keyManagement.engine',
      { accounts: [main], encryption: { keyManagement: { engine: 'hsm' } } },
      'expected "local", "vault" or "aws", found "hsm"',
    ],
    [
      'metadata.engine',
      { accounts: [main], metadata: { engine: 'mysql' } },
      'expected "lmdb" or "postgresql", found "mysql"',
    ],
    [
      'metadata.tls.caFile',
      { accounts: [main], metadata: { ...database, tls: { caFile: 7 } } },
      'expected a file, found 7',
    ],
    ['blobs.engine', { accounts: [main], blobs: {} }, 'is missing; expected "files" or "ceph"'],
    ['blobs', { accounts: [main], blobs: 'files' }, 'an object with an "engine" that is "files" or "ceph"'],
    [
      'storageClasses[0].compression',
      { accounts: [main], storageClasses: [{ name: 'COLD', compression: 'lz4' }] },
      'expected "zstd" or "none", found "lz4"',
    ],
    ['storageClasses[0]', { accounts: [main], storageClasses: [7] }, 'a name like "LUKEWARM", or an object'],
    [
      'buckets[0].objects[0].Body',
      { accounts: [main], buckets: [{ name: 'site', objects: [{ Key: 'a', Body: 7 }] }] },
      'expected text',
    ],
    ['rates.accounts.1', { accounts: [main], rates: { accounts: { 1: {} } } }, 'an account id: 12 digits'],
    ['rates.users.ann', { accounts: [main], rates: { users: { ann: {} } } }, 'the ARN of a user or role'],
    ['kmsKeys[0].material', { accounts: [main], kmsKeys: [{ ...kmsKey, material: 'AAAA' }] }, 'base64 of 32'],
    [
      'accounts[1].mfaDevices[0].serialNumber',
      {
        accounts: [
          { ...main, mfaDevices: [mfaDevice] },
          { id: '100000000002', name: 'second', mfaDevices: [mfaDevice] },
        ],
      },
      'the same serial number as accounts[0].mfaDevices[0].serialNumber',
    ],
    ['kmsKeys[1].keyId', { accounts: [main], kmsKeys: [kmsKey, kmsKey] }, 'the same key id'],
    [
      'notifications.destinations[0].arn',
      { accounts: [main], notifications: { destinations: [{ ...destination, arn: 'queue' }] } },
      'the ARN of a topic, queue or function',
    ],
    [
      'notifications.destinations[1].arn',
      { accounts: [main], notifications: { destinations: [destination, destination] } },
      'the same ARN',
    ],
    [
      'notifications.destinations[0].authorization',
      {
        accounts: [main],
        notifications: { destinations: [{ ...destination, authorization: 'a\r\nb: c' }] },
      },
      'the value of an Authorization header',
    ],
    [
      'notifications.destinations[0]',
      { accounts: [main], notifications: { destinations: [{ arn: destination.arn }] } },
      'to say where it is; found 0',
    ],
    [
      'notifications.destinations[0]',
      { accounts: [main], notifications: { destinations: [{ ...queueOfAmazon, url: 'http://127.0.0.1' }] } },
      'found 2',
    ],
    [
      'notifications.destinations[0]',
      { accounts: [main], notifications: { destinations: [{ ...streamOfNats, ...streamOfRedis }] } },
      'found 2',
    ],
    [
      'notifications.destinations[0].privateAddresses',
      { accounts: [main], notifications: { destinations: [{ ...queueOfAmazon, privateAddresses: true }] } },
      'is of a url',
    ],
    [
      'notifications.destinations[0].concurrency',
      { accounts: [main], notifications: { destinations: [{ ...queueOfAmazon, concurrency: 1 }] } },
      'is of a function',
    ],
    [
      'notifications.destinations[0].service',
      { accounts: [main], notifications: { destinations: [{ arn: destination.arn, service: {} }] } },
      'expected one of accessKey, credentialsFile, environment',
    ],
    ['notifications.destinations[0].kafka', withKafka({ tls: false }), 'expected "tls": true beside it'],
    [
      'notifications.destinations[0].kafka.topic',
      withKafka({ topic: '__consumer_offsets' }),
      'the name of a topic',
    ],
    ['notifications.destinations[0].kafka.brokers', withKafka({ brokers: [] }), 'at least one broker'],
    [
      'notifications.destinations[0].kafka.brokers[0]',
      withKafka({ brokers: ['kafka.example.com:65536'] }),
      'a host and a port',
    ],
    [
      'notifications.destinations[0].kafka.sasl',
      withKafka({ sasl: { ...topicOfKafka.kafka.sasl, password: 'secret' } }),
      'expected one of password, passwordFile, environment beside a user',
    ],
    [
      'replication.destinations[0].endpoint',
      {
        accounts: [main],
        replication: {
          destinations: [
            { arn: 'arn:aws:s3:::oslo', endpoint: 'https://key@s3.example', environment: 'OSLO' },
          ],
        },
      },
      'a URL without a path',
    ],
    [
      'privateIdentityProviders[0]',
      { accounts: [main], privateIdentityProviders: ['http://ci.example.com'] },
      'the issuer of its tokens',
    ],
    ['', [], 'expected an object'],
    ['', null, 'expected an object'],
  ])('names the mistake at "%s" in %j', (path, config, message) => {
    expect(problemsIn(config)).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it.each([
    'postgresql://user:sesame@db/holdfast',
    'postgresql://user@db',
    'postgresql://db/holdfast',
    'postgresql://user@db/holdfast?password=sesame',
    'mysql://user@db/sesame',
    'sesame',
    '',
  ])('does not take %j as the URL of a database, and tells nothing of it', (url) => {
    for (const urls of [url, [database.url, url]]) {
      const problems = problemsIn({ accounts: [main], metadata: { ...database, url: urls } })
      expect(problems).toEqual([
        { path: expect.stringMatching(/^metadata\.url/), message: expect.stringContaining('passwordFile') },
      ])
      expect(JSON.stringify(problems)).not.toContain('sesame')
    }
  })

  const broker = { url: 'amqp://mq.example', user: 'holdfast', password: 'sesame', routingKey: 'uploads' }
  const problemsOfBroker = (more: object) =>
    problemsIn({
      accounts: [main],
      notifications: { destinations: [{ arn: destination.arn, amqp: { ...broker, ...more } }] },
    })

  it.each([
    { url: 'amqps://mq.example:5671/a%2Fb', exchange: 'events', routingKey: undefined },
    { url: 'amqp://[::1]:5672/', password: undefined, passwordFile: 'password' },
    { routingKey: 'événements', password: undefined, environment: 'MQ' },
  ])('takes a broker of AMQP with %j', (more) => {
    expect(problemsOfBroker(more)).toEqual([])
  })

  it.each<[string, object, string]>([
    ['.url', { url: 'amqp://user:sesame@mq.example' }, 'without a user'],
    ['.url', { url: 'http://mq.example' }, '"amqp://HOST:PORT/VIRTUAL-HOST"'],
    ['.url', { url: 'amqp://mq.example:99999' }, 'a URL'],
    ['.url', { url: 'amqp://mq.example/a/b' }, 'a URL'],
    ['.url', { url: 'amqp://mq.example?heartbeat=1' }, 'a URL'],
    ['.user', { user: undefined }, 'is missing'],
    ['.exchange', { exchange: 'é'.repeat(128) }, 'at most 255 bytes'],
    ['.routingKey', { routingKey: 'a\nb' }, 'at most 255 bytes'],
    ['', { routingKey: undefined }, 'the name of a queue'],
    ['', { password: undefined }, 'expected one of password, passwordFile, environment'],
    ['', { passwordFile: 'password' }, 'expected one of password, passwordFile, environment'],
  ])('takes no broker of AMQP whose member "%s" is wrong in %j', (path, more, message) => {
    const problems = problemsOfBroker(more)
    expect(problems).toEqual([
      { path: `notifications.destinations[0].amqp${path}`, message: expect.stringContaining(message) },
    ])
    expect(JSON.stringify(problems)).not.toContain('sesame')
  })

  it.each([
    ['accessKeyId', 'a b', '3 to 128 letters'],
    ['accessKeyId', 'a/b/c', '3 to 128 letters'],
    ['secretAccessKey', 'short', '8 to 128 visible'],
    ['secretAccessKey', 'has a space in it', '8 to 128 visible'],
  ])('names a bad %s "%s"', (name, value, message) => {
    const good = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
    const config = { accounts: [{ ...main, accessKeys: [{ ...good, [name]: value }] }] }
    expect(problemsIn(config)).toEqual([
      { path: `accounts[0].accessKeys[0].${name}`, message: expect.stringContaining(message) },
    ])
  })

  it.each(['ftp://a.example/', 'https://user:pass@a.example/', 'a.example', 'https://a.example/#part'])(
    'takes no webhook at %s',
    (url) => {
      const [problem] = problemsIn({ accounts: [main], notifications: { eventBridge: { url } } })
      expect(problem?.message).toContain('expected a URL')
    },
  )

  it('never repeats a secret', () => {
    const accessKeys = [{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'my secret words' }]
    const [problem] = problemsIn({ accounts: [{ ...main, accessKeys }] })
    expect(problem?.message).not.toContain('my secret words')
    const notifications = { eventBridge: { url: 'my secret words', authorization: 'my secret words\n' } }
    const hooks = problemsIn({ accounts: [main], notifications })
    expect(hooks).toHaveLength(2)
    expect(JSON.stringify(hooks)).not.toContain('my secret words')
    const [syntax] = problemsInText('{"accounts": [{"secretAccessKey": "hunter2hunter2", bad}]}')
    expect(syntax?.message).not.toContain('hunter2')
  })

  it('takes host names of websites, and nothing that is none', () => {
    const accounts = [main]
    const config = parseConfig(JSON.stringify({ accounts, websites: { 'www.example.com': 'site' } }), 'x')
    expect(config.websites).toEqual({ 'www.example.com': 'site' })
    const paths = (websites: unknown) => problemsIn({ accounts, websites }).map(({ path }) => path)
    expect(paths({ 'www.example.com:80': 'site' })).toEqual(['websites.www.example.com:80'])
    expect(paths({ 'WWW.example.com': 'site' })).toEqual(['websites.WWW.example.com'])
    expect(paths({ 'www.example.com': 'No_Bucket' })).toEqual(['websites.www.example.com'])
    expect(paths(['www.example.com'])).toEqual(['websites'])
  })

  it('names both paths of every double, derived canonical ids included', () => {
    const accessKeys = [{ accessKeyId: 'KEY', secretAccessKey: 'secret-secret' }]
    const accounts = [
      { ...main, accessKeys },
      { ...main, name: 'again', accessKeys },
      { id: '100000000003', name: 'third', canonicalId: canonicalIdOf(main.id), accessKeys },
    ]
    expect(problemsIn({ accounts })).toEqual([
      { path: 'accounts[1].id', message: 'the same account id as accounts[0].id; give each its own' },
      {
        path: 'accounts[1].accessKeys[0].accessKeyId',
        message: 'the same access key id as accounts[0].accessKeys[0].accessKeyId; give each its own',
      },
      {
        path: 'accounts[2].canonicalId',
        message: 'the same canonical id as accounts[0].canonicalId; give each its own',
      },
      {
        path: 'accounts[2].accessKeys[0].accessKeyId',
        message: 'the same access key id as accounts[0].accessKeys[0].accessKeyId; give each its own',
      },
    ])
  })

  it('lists mistakes of every kind at once', () => {
    const accounts = [{ ...main, colour: 'red', shape: 'round' }, main]
    const paths = problemsIn({ region: '', accounts, color: 1 }).map((problem) => problem.path)
    expect(paths.sort()).toEqual([
      'accounts[0].colour',
      'accounts[0].shape',
      'accounts[1].id',
      'color',
      'region',
    ])
  })

  it('puts source and problems into the message, one a line', () => {
    expect(() => parseConfig('{}', 'holdfast.json')).toThrow(
      'holdfast.json has a mistake:\n  accounts: is missing; expected a list of accounts',
    )
  })

  it.each([
    ['{\n  "region": "x",\n}', 'line 3, column 1', 'expected a name in double quotes, found "}"'],
    ['{\n  "region": undefined\n}', 'line 2, column 13', 'region: expected a value, found "u"'],
    ['[1,]', 'line 1, column 4', '[1]: expected a value, found "]"'],
    ['{\n"a": 1', 'line 2, column 7', 'the text ends too early'],
    ['{"a": [1,\n', 'line 2, column 1', 'the text ends too early'],
    ['{"newBuckets": {"a": 1,\n"a": 2}}', 'line 2, column 1', 'newBuckets.a: given twice'],
    ['{"newBuckets": {"a": 1,\n"\\u0061": 2}}', 'line 2, column 1', 'newBuckets.a: given twice'],
    ['{} {}', 'line 1, column 4', 'more text after the end'],
    ['', 'line 1, column 1', 'the text ends too early'],
    ['// hello\n{}', 'line 1, column 1', 'expected a value, found "/"'],
  ])('names the line and column of a mistake in the JSON %j', (json, path, message) => {
    expect(problemsInText(json)).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it('answers any JSON and any text with a config or with a list of mistakes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void problemsIn(value)))
    fc.assert(fc.property(fc.string(), (text) => void problemsInText(text)))
    fc.assert(
      fc.property(fc.record({ accounts: fc.array(fc.object()) }), (value) => {
        expect(problemsIn(value)).not.toEqual([])
      }),
    )
  })
})
