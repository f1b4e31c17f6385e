import { BUCKET_SETTINGS } from '../packages/server/src/config/bucket-settings.ts'

const WHOSE_BUCKETS = 'whose buckets may use it; all where it is left out'
const CERTIFICATE_AUTHORITY =
  'PEM: who may have signed its certificate, in place of those whom the system trusts'

/** What each setting of the config is for. The form and the default of each stand in the schema. */
export const settingMeanings: Readonly<Record<string, string>> = {
  region: 'the region of all buckets, and what requests are signed for',
  signatureVersion2: 'whether requests may be signed with Signature Version 2 ([access.md](access.md))',
  accounts: 'who owns buckets and signs requests',
  'accounts[].id': 'names the account in ARNs and policies; its buckets stay with it',
  'accounts[].name': 'for people',
  'accounts[].displayName': 'what answers call it; the name where it is left out',
  'accounts[].email': 'names it in grants',
  'accounts[].canonicalId': 'names it in ACLs',
  'accounts[].accessKeys': 'sign in its name',
  'accounts[].accessKeys[].accessKeyId': 'the public half',
  'accounts[].accessKeys[].secretAccessKey': 'the secret half',
  'accounts[].mfaDevices': 'show the codes that MFA delete asks for, and GetSessionToken of the root user',
  'accounts[].mfaDevices[].serialNumber': 'names the device in `x-amz-mfa`',
  'accounts[].mfaDevices[].secret': 'as authenticator apps take it',
  'accounts[].quota':
    'what all its buckets together may hold ([operations.md](operations.md), “Quotas”); set by every start',
  'accounts[].quota.bytes': 'of all versions and of parts',
  'accounts[].quota.objects': 'how many object versions',
  storageClasses: 'classes besides S3’s own, and where the bytes of a class are kept',
  'storageClasses[].name': 'one of S3’s, a tier of INTELLIGENT_TIERING, or one’s own',
  'storageClasses[].directory': 'where its bytes go; a relative path lies in the data folder',
  'storageClasses[].compression': 'how its bytes are kept',
  newBuckets: 'what a bucket gets whose creator asks for nothing else',
  'newBuckets.objectOwnership': 'whether there are ACLs',
  'newBuckets.blockPublicAccess': 'all four settings of the public access block',
  'newBuckets.blockCustomerKeys': 'whether uploads with keys of the client (SSE-C) are blocked',
  acl: 'what S3 has withdrawn in 2025',
  'acl.emailGrantees': 'whether grantees may be named by e-mail address',
  'acl.displayNames': 'whether answers have display names',
  scrub: 'how what is stored is read again and again ([operations.md](operations.md), “Damage”)',
  'scrub.megabytesPerSecond': 'at the most',
  'scrub.everyDays': 'from the beginning of one pass to that of the next',
  storage: 'how the disks are treated',
  metadata: 'where the rows are kept that say what is stored ([many-machines.md](many-machines.md))',
  'metadata.engine':
    '`lmdb`: a file in the data folder; `postgresql`: a database that any number of servers share',
  'metadata.url':
    'without a password; of several servers of one cluster the one that is no standby is taken, in this order',
  'metadata.poolSize': 'connections of each process, 4 if nothing is said; half of them for reads',
  'metadata.passwordFile':
    'its content is the password, read anew for each connection; a relative path lies in the data folder; else `HOLDFAST_METADATA_PASSWORD`',
  'metadata.tls':
    '`false`: nothing is encrypted; by default certificates are checked, but on a socket or a loopback address of this machine nothing is encrypted',
  'metadata.tls.caFile': 'who the server’s certificate has to be from; default: whom Node.js trusts',
  'metadata.tls.certificateFile': 'the client’s own, where the server asks for one',
  'metadata.tls.keyFile': 'of that certificate',
  blobs:
    'where the bytes are kept that no storage class has a folder for ([many-machines.md](many-machines.md))',
  'blobs.engine':
    '`files`: a folder that any number of servers may share; `ceph`: a pool of Ceph, which needs Debian’s package `librados2` and the npm package `koffi`',
  'blobs.directory':
    'the folder, `blobs` if nothing is said; a relative path lies in the data folder. One on another machine must be mounted before a server starts',
  'blobs.pool': 'of Ceph; its first store makes it its own',
  'blobs.user': '`client.NAME`, with the right to read and write in that pool',
  'blobs.configFile':
    'Ceph’s, which names its monitors and the keyring of the user; `/etc/ceph/ceph.conf` if nothing is said; a relative path lies in the data folder',
  'blobs.namespace': 'of the pool, so that several stores may share one',
  'blobs.timeoutSeconds':
    'how long an answer of Ceph may take, 30 if nothing is said; after that the request is answered 503',
  'storage.reserveMegabytes':
    'kept free on each file system; the larger of 64 MiB and 1 %, at most 1 GiB, where it is left out',
  'storage.commitTimeoutSeconds': 'after so long without an answer to a commit the process ends itself',
  accessLogs: 'how records of requests become log objects ([access-logs.md](access-logs.md))',
  'accessLogs.deliverySeconds': 'how old records get before they are delivered',
  'accessLogs.saveSeconds': 'how often they are written to disk: what a process that is killed loses',
  'accessLogs.undeliveredMegabytes': 'what is kept of one bucket’s records that its target does not take',
  auditLog:
    'tells of every request, in files ([operations.md](operations.md), “Audit log”); absent: it does not',
  'auditLog.directory': 'where the files are; a relative path lies in the data folder',
  'auditLog.isRequired':
    'whether requests are refused while they cannot be told of; `false` if nothing is said',
  'auditLog.rotateMegabytes':
    'how large a file gets before another is begun, as it is at midnight (UTC); 100 if nothing is said',
  'auditLog.keepDays': 'how old files get before they are removed; 90 if nothing is said',
  'auditLog.webhook': 'is posted the same lines, from those files',
  ...webhookMeanings('auditLog.webhook'),
  metrics: 'who gets to see `/-/metrics` ([operations.md](operations.md), “Metrics”)',
  'metrics.address': 'an address of its own, where S3 is not served; then S3’s tells none',
  'metrics.buckets':
    'how many buckets, the largest, have metrics of their own; the others are told together. Default: 100, or 0 where anybody who reaches S3 may read the metrics',
  'metrics.tokenFile':
    'has the bearer token that is asked for; a relative path lies in the data folder. `HOLDFAST_METRICS_TOKEN` is another way to give it',
  limits: 'what those who send slowly, or much at once, may take of a process',
  'limits.documentMegabytes': 'memory for the documents of all requests together',
  'limits.documentSeconds': 'how long a document is waited for',
  'limits.leastBytesPerSecond': 'what a body has to bring, after the first minute',
  rates:
    'how often, and how much at once, each may ask ([operations.md](operations.md), “Rates and shares”); absent: no limits',
  'rates.requestsAtOnce':
    'how many requests each process works on at once; further ones wait, each party for its share',
  'rates.eachAccount': 'of every account that has no entry of its own',
  ...rateMeanings('rates.eachAccount'),
  'rates.eachUser': 'of every user, and of every role with its sessions, that has no entry of its own',
  ...rateMeanings('rates.eachUser'),
  'rates.anonymous': 'of all who do not sign, for each group of addresses',
  ...rateMeanings('rates.anonymous'),
  'rates.accounts': 'of single accounts, by id',
  ...rateMeanings('rates.accounts.*'),
  'rates.accounts.*.weight': 'how many times the share of others it gets; 1 where it is left out',
  'rates.users': 'of single users and roles, by ARN',
  ...rateMeanings('rates.users.*'),
  testing: 'shortens time, for tests; never for real data',
  'testing.enabled': 'whether the others count',
  'testing.dayLengthSeconds': 'how long a day of lifecycle rules lasts',
  'testing.inventoryFileRows': 'how many rows a file of an inventory report has',
  'testing.processTimeoutSeconds': 'how long a process that says nothing counts as alive',
  domains: 'hosts under which buckets are `bucket.<domain>`',
  trustedProxies: 'whose `X-Forwarded-…` headers are believed',
  websites: 'buckets by the host that their website has ([website.md](website.md))',
  encryption: 'how objects are encrypted ([encryption.md](encryption.md))',
  'encryption.requireTls': 'whether requests with keys must come over TLS',
  'encryption.keyManagement': 'where the root key lives',
  'encryption.keyManagement.engine': 'which of them',
  'encryption.keyManagement.url': 'of Vault',
  'encryption.keyManagement.keyName': 'of Vault’s transit engine',
  'encryption.keyManagement.mount': 'where that engine is mounted',
  'encryption.keyManagement.namespace': 'of Vault',
  'encryption.keyManagement.roleId': 'logs in by AppRole; without it by a token',
  'encryption.keyManagement.keyId': 'of AWS KMS',
  'encryption.keyManagement.region': 'of AWS KMS',
  'encryption.keyManagement.endpoint': 'of AWS KMS, where it is another',
  kmsKeys: 'keys of the key service whose material stands here',
  'kmsKeys[].keyId': 'names the key',
  'kmsKeys[].accountId': 'whose key it is',
  'kmsKeys[].material': 'the key itself',
  notifications: 'where events of buckets go ([notifications.md](notifications.md))',
  'notifications.destinations': 'what the ARNs of topics, queues and functions stand for',
  'notifications.destinations[].arn': 'what buckets call it',
  ...webhookMeanings('notifications.destinations[]'),
  'notifications.destinations[].accounts': WHOSE_BUCKETS,
  'notifications.destinations[].concurrency':
    'of a function: how many calls by jobs are under way at once, at the most; 16 of each job where it is left out',
  'notifications.destinations[].service': 'in place of `url`: SQS, SNS or Lambda by its own API',
  'notifications.destinations[].service.arn':
    'what it is called there, where that is not what buckets call it',
  'notifications.destinations[].service.endpoint': 'where the service is; Amazon’s own where it is left out',
  'notifications.destinations[].service.region':
    'what requests are signed for; that of the ARN where it is left out',
  ...accessMeanings('notifications.destinations[].service'),
  'notifications.destinations[].kafka': 'in place of `url`: a topic of Apache Kafka',
  'notifications.destinations[].kafka.brokers':
    'hosts and ports of some of its brokers, which tell of the others',
  'notifications.destinations[].kafka.topic': 'which is not made where it is missing',
  'notifications.destinations[].kafka.tls': 'whether connections are encrypted; `false` where it is left out',
  'notifications.destinations[].kafka.certificateAuthorityFile': CERTIFICATE_AUTHORITY,
  'notifications.destinations[].kafka.sasl': 'who logs in; nobody where it is left out',
  'notifications.destinations[].kafka.sasl.mechanism': 'how',
  'notifications.destinations[].kafka.sasl.user': 'as whom',
  'notifications.destinations[].kafka.sasl.password': 'or one of the next two',
  'notifications.destinations[].kafka.sasl.passwordFile':
    'its content is the password, read anew after a failure; a relative path lies in the data folder',
  'notifications.destinations[].kafka.sasl.environment':
    'the password is in the variable `…_PASSWORD` that begins with this',
  'notifications.destinations[].amqp':
    'in place of `url`: an exchange of RabbitMQ, or of another broker of AMQP 0-9-1',
  'notifications.destinations[].amqp.url':
    'the broker and its virtual host, `/` where it is left out; `amqps` speaks TLS',
  ...brokerMeanings('notifications.destinations[].amqp'),
  'notifications.destinations[].amqp.exchange':
    'where messages are published; where it is left out, the one that brings them to the queue that `routingKey` names',
  'notifications.destinations[].amqp.routingKey': 'of every message; empty where it is left out',
  'notifications.destinations[].nats': 'in place of `url`: a stream of NATS JetStream',
  'notifications.destinations[].nats.servers': 'hosts with their ports; whichever answers first is taken',
  'notifications.destinations[].nats.subject': 'what a stream takes',
  ...brokerMeanings('notifications.destinations[].nats'),
  'notifications.destinations[].nats.tls': 'whether TLS is spoken',
  'notifications.destinations[].nats.token': 'in place of a user; or `…_TOKEN` of the environment',
  'notifications.destinations[].nats.credentialsFile':
    'in place of a user: a JWT and a seed, as `nsc` writes them; a relative path lies in the data folder',
  'notifications.destinations[].redis': 'in place of `url`: a stream or a list of Redis',
  'notifications.destinations[].redis.address': 'its host and port',
  'notifications.destinations[].redis.stream': 'the key that XADD adds to',
  'notifications.destinations[].redis.mostEntries':
    'about so many stay in the stream; all where it is left out',
  'notifications.destinations[].redis.list': 'in place of a stream: the key that RPUSH adds to',
  'notifications.destinations[].redis.database': '0 where it is left out',
  ...brokerMeanings('notifications.destinations[].redis'),
  'notifications.destinations[].redis.tls': 'whether TLS is spoken',
  'notifications.eventBridge': 'who gets what buckets send to EventBridge',
  ...webhookMeanings('notifications.eventBridge'),
  'notifications.eventBridge.accounts': WHOSE_BUCKETS,
  replication: 'buckets elsewhere that rules of replication may name ([replication.md](replication.md))',
  'replication.destinations': 'what ARNs of buckets stand for that are not here',
  'replication.destinations[].arn': 'what rules call it',
  'replication.destinations[].endpoint': 'where S3 is',
  'replication.destinations[].bucket': 'what the bucket is called there; as in the ARN where it is left out',
  'replication.destinations[].region': 'what requests are signed for; the own region where it is left out',
  ...accessMeanings('replication.destinations[]'),
  'replication.destinations[].isHoldfast':
    'whether it is a Holdfast, which keeps version ids; what it says of itself where it is left out',
  'replication.destinations[].parallel':
    'how many versions are on their way at once; 32 where it is left out',
  'replication.destinations[].megabytesPerSecond':
    'what all of them together may take; no limit where it is left out',
  privateIdentityProviders:
    'OpenID Connect providers that may be at private addresses and at a port of their own ([access.md](access.md))',
  console: 'the web console ([console-api.md](console-api.md))',
  'console.enabled': 'whether it is served',
  'console.address': 'where it listens, unless `--console` says; `127.0.0.1:9001` where neither does',
  'console.url': 'where browsers find it, where a proxy stands before it',
  'console.providers': 'OpenID Connect providers that people sign in with ([console-api.md](console-api.md))',
  'console.providers[].id': 'names it in URLs',
  'console.providers[].name': 'for people; the id where it is left out',
  'console.providers[].issuer': 'of its tokens, as the provider of the role’s account is spelt',
  'console.providers[].clientId': 'what the provider calls the console',
  'console.providers[].clientSecret': 'what the provider knows the console by',
  'console.providers[].roleArn': 'the role that people have; its trust policy says who may',
  'console.providers[].scopes': 'what is asked for; `openid`, `email` and `profile` where it is left out',
  buckets: 'what every start sees to that there is ([setting-up.md](setting-up.md)); a name, or an object',
  'buckets[].name': 'of the bucket',
  'buckets[].account': 'the id of its owner; the first account where it is left out',
  ...Object.fromEntries(
    Object.entries(BUCKET_SETTINGS).map(([name, { put }]) => [`buckets[].${name}`, `put by ${put}`]),
  ),
  'buckets[].quota': 'what it may hold; set by every start',
  'buckets[].quota.bytes': 'of all versions and of parts',
  'buckets[].quota.objects': 'how many object versions',
  'buckets[].objects': 'put where there is none of their key',
  'buckets[].objects[].Key': 'besides it, whatever else PutObject takes',
  'buckets[].objects[].Body': 'the content, as text',
  'buckets[].objects[].file':
    'a path to the content, in place of `Body`; a relative one lies in the folder that the server was started in',
}

function rateMeanings(path: string): Record<string, string> {
  return {
    [`${path}.requestsPerSecond`]: 'further ones are refused with 503 SlowDown',
    [`${path}.megabytesPerSecond`]: 'of bodies, both ways together; they are held back, not cut',
    [`${path}.burstSeconds`]:
      'for how many seconds’ worth who was quiet may ask at once; 1 where it is left out',
  }
}

function accessMeanings(path: string): Record<string, string> {
  return {
    [`${path}.accessKey`]: 'who signs; or one of the next two',
    [`${path}.accessKey.accessKeyId`]: 'the public half',
    [`${path}.accessKey.secretAccessKey`]: 'the secret half',
    [`${path}.credentialsFile`]:
      'a file with the key, as `~/.aws/credentials`; a relative path lies in the data folder',
    [`${path}.profile`]: 'of that file; `default` where it is left out',
    [`${path}.environment`]:
      'the key is in the variables `…_ACCESS_KEY_ID`, `…_SECRET_ACCESS_KEY` and `…_SESSION_TOKEN` that begin with this',
    [`${path}.privateAddresses`]: 'whether its name may lead to addresses that are not public',
    [`${path}.certificateAuthorityFile`]: CERTIFICATE_AUTHORITY,
  }
}

function brokerMeanings(path: string): Record<string, string> {
  return {
    [`${path}.user`]: 'who publishes',
    [`${path}.password`]: 'theirs; or one of the next two',
    [`${path}.passwordFile`]: 'its content is the password; a relative path lies in the data folder',
    [`${path}.environment`]: 'the password is in the variable `…_PASSWORD` that begins with this',
    [`${path}.certificateAuthorityFile`]: CERTIFICATE_AUTHORITY,
  }
}

function webhookMeanings(path: string): Record<string, string> {
  return {
    [`${path}.url`]: 'where messages are posted',
    [`${path}.authorization`]: 'sent as the Authorization header',
    [`${path}.privateAddresses`]: 'whether its name may lead to addresses that are not public',
  }
}
