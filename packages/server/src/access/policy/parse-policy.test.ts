import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePolicy, type PolicyOptions } from './parse-policy.ts'
import { PolicyError } from './policy-error.ts'

const BUCKET: PolicyOptions = { kind: 'bucket', bucket: 'examplebucket' }
const OBJECTS = 'arn:aws:s3:::examplebucket/*'
const VALID = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: OBJECTS }

/** The message that refuses a bucket policy; `undefined` where it is accepted. */
function refusal(text: string, options: PolicyOptions = BUCKET): string | undefined {
  try {
    parsePolicy(text, options)
    return undefined
  } catch (error) {
    if (error instanceof PolicyError) return error.message
    throw error
  }
}

function refusalOf(statement: object, options?: PolicyOptions): string | undefined {
  return refusal(JSON.stringify({ Version: '2012-10-17', Statement: statement }), options)
}

describe('the document', () => {
  it.each([
    ['', "Policies must be valid JSON and the first byte must be '{'"],
    ['[]', "Policies must be valid JSON and the first byte must be '{'"],
    [' {}', "Policies must be valid JSON and the first byte must be '{'"],
    ['{', 'This policy contains invalid Json: the text ends too early'],
    [
      '{"Version":"2012-10-17",}',
      'This policy contains invalid Json: expected a name in double quotes, found "}"',
    ],
    ['{"Id":"a","Id":"b"}', 'This policy contains invalid Json: Id: given twice'],
    ['{"Id":"a","I\\u0064":"b"}', 'This policy contains invalid Json: Id: given twice'],
    [
      '{"Statement":[{"Condition":{"Bool":{"a":1}},"Condition":{}}]}',
      'This policy contains invalid Json: Statement[0].Condition: given twice',
    ],
    ['{}', 'Missing required field Statement'],
    ['{"Statement":[]}', 'Could not parse the policy: Statement is empty!'],
    ['{"Statement":["x"]}', 'Could not parse the policy: Statement is empty!'],
    ['{"Statement":null}', 'Could not parse the policy: Statement is empty!'],
    ['{"Version":"2012-10-18","Statement":[]}', 'The policy must contain a valid version string'],
    ['{"Version":2012,"Statement":[]}', 'The policy must contain a valid version string'],
    ['{"Id":7,"Statement":[]}', 'Could not parse the policy: Statement is empty!'],
    ['{"statement":[]}', 'Unknown field statement'],
    [`{"Id":"${'x'.repeat(20_480)}"}`, 'Policy exceeds the maximum allowed document size.'],
    [`{"Id":"${'é'.repeat(10_240)}"}`, 'Policy exceeds the maximum allowed document size.'],
  ])('%.60s: %s', (text, message) => {
    expect(refusal(text)).toBe(message)
  })

  it('may be as large as 20 KB', () => {
    const text = JSON.stringify({ Id: '', Statement: VALID })
    const filled = text.replace('"Id":""', `"Id":"${'x'.repeat(20_480 - text.length)}"`)
    expect(Buffer.byteLength(filled)).toBe(20_480)
    expect(parsePolicy(filled, BUCKET).id).toHaveLength(20_480 - text.length)
  })

  it('may have one statement or several, and the same text in names and values', () => {
    expect(parsePolicy(JSON.stringify({ Statement: VALID }), BUCKET).statements).toHaveLength(1)
    const sids = [{ ...VALID, Sid: 'Sid' }, { ...VALID, Sid: '' }, { ...VALID, Sid: '' }, VALID]
    const policy = parsePolicy(JSON.stringify({ Version: '2008-10-17', Id: 'Id', Statement: sids }), BUCKET)
    expect(policy.statements.map(({ sid }) => sid)).toEqual(['Sid', '', '', undefined])
  })
})

describe('a statement', () => {
  const without = (name: keyof typeof VALID): object =>
    Object.fromEntries(Object.entries(VALID).filter(([key]) => key !== name))

  it.each<[string, object, string]>([
    ['an unknown element', { ...VALID, Actions: [] }, 'Unknown field Actions'],
    ['no effect', without('Effect'), 'Missing required field Effect'],
    ['another effect', { ...VALID, Effect: 'allow' }, 'Invalid effect: allow'],
    ['no principal', without('Principal'), 'Missing required field Principal'],
    ['both principals', { ...VALID, NotPrincipal: '*' }, 'Invalid policy syntax.'],
    [
      'an exception to Allow',
      { ...without('Principal'), NotPrincipal: '*' },
      'Allow with NotPrincipal is not allowed.',
    ],
    ['no action', without('Action'), 'Missing required field Action'],
    ['an empty list of actions', { ...VALID, Action: [] }, 'Missing required field Action cannot be empty!'],
    ['an unknown action', { ...VALID, Action: 's3:GetObjekt' }, 'Policy has invalid action'],
    [
      'an action that is nothing',
      { ...VALID, Action: ['s3:GetObject', 's3:Foo*'] },
      'Policy has invalid action',
    ],
    ["another service's action", { ...VALID, Action: 'ec2:*' }, 'Policy has invalid action'],
    ['an action that is no text', { ...VALID, Action: 1 }, 'Policy has invalid action'],
    ['no resource', without('Resource'), 'Missing required field Resource'],
    [
      'an empty list of resources',
      { ...VALID, Resource: [] },
      'Missing required field Resource cannot be empty!',
    ],
    ['every resource', { ...VALID, Resource: '*' }, 'Policy has invalid resource'],
    ['another bucket', { ...VALID, Resource: 'arn:aws:s3:::other/*' }, 'Policy has invalid resource'],
    [
      'another bucket besides',
      { ...VALID, Resource: [OBJECTS, 'arn:aws:s3:::other/*'] },
      'Policy has invalid resource',
    ],
    ['a longer name', { ...VALID, Resource: 'arn:aws:s3:::examplebucket2/*' }, 'Policy has invalid resource'],
    ['all buckets', { ...VALID, Resource: 'arn:aws:s3:::*' }, 'Policy has invalid resource'],
    ['a resource that is no ARN', { ...VALID, Resource: 'examplebucket/*' }, 'Policy has invalid resource'],
    [
      'a bucket action on objects',
      { ...VALID, Action: ['s3:GetObject', 's3:ListBucket'] },
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an object action on the bucket',
      { ...VALID, Resource: 'arn:aws:s3:::examplebucket' },
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an action of accounts',
      { ...VALID, Action: 's3:ListAllMyBuckets' },
      'Action does not apply to any resource(s) in statement',
    ],
    ['a Sid that is no text', { ...VALID, Sid: 7 }, 'Invalid policy syntax.'],
    [
      'a double Sid',
      [
        { ...VALID, Sid: 'a' },
        { ...VALID, Sid: 'a' },
      ],
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    ['a list for a condition', { ...VALID, Condition: [] }, 'Invalid policy syntax.'],
    ['an open variable', { ...VALID, Resource: `${OBJECTS}\${aws:username` }, 'Invalid policy syntax.'],
  ])('with %s', (_, statement, message) => {
    expect(refusalOf(statement)).toBe(message)
  })

  it.each<[string, object]>([
    [
      'the bucket and its objects',
      { Action: ['s3:ListBucket', 's3:GetObject'], Resource: ['arn:aws:s3:::examplebucket', OBJECTS] },
    ],
    [
      'a pattern that is both',
      { Action: ['s3:ListBucket', 's3:GetObject'], Resource: 'arn:aws:s3:::examplebucket*' },
    ],
    ['every action', { Action: '*', Resource: 'arn:aws:s3:::examplebucket' }],
    [
      'what other services do',
      {
        Action: [
          's3:AllowVendedLogDeliveryForResource',
          's3:UpdateBucketMetadataAnnotationTableConfiguration',
        ],
        Resource: 'arn:aws:s3:::examplebucket',
      },
    ],
    ['wildcards', { Action: 'S3:get?bject*', Resource: 'arn:aws:s3:::examplebucket/${aws:username}/*' }],
    ['all but some actions', { Action: undefined, NotAction: 's3:ListBucket' }],
    ['all but some objects', { Resource: undefined, NotResource: OBJECTS }],
  ])('about %s', (_, change) => {
    expect(refusalOf({ ...VALID, ...change })).toBeUndefined()
  })
})

describe('principals', () => {
  it.each<[unknown]>([
    ['*'],
    [{ AWS: '*' }],
    [{ AWS: '111122223333' }],
    [{ AWS: ['arn:aws:iam::111122223333:root', '444455556666'] }],
    [{ AWS: 'arn:aws:iam::111122223333:user/division/team/Bob' }],
    [{ AWS: 'arn:aws:iam::111122223333:role/reader' }],
    [{ AWS: 'arn:aws:sts::111122223333:assumed-role/reader/session@example.com' }],
    [{ AWS: 'arn:aws:sts::111122223333:federated-user/Bob' }],
    [{ CanonicalUser: 'a'.repeat(64) }],
    [{ Service: ['logging.s3.amazonaws.com', 'cloudtrail.amazonaws.com'] }],
    [{ Federated: 'cognito-identity.amazonaws.com' }],
    [{ Federated: 'arn:aws:iam::111122223333:saml-provider/idp' }],
    [{ AWS: '111122223333', CanonicalUser: 'b'.repeat(64), Service: 's3.amazonaws.com' }],
  ])('may be %j', (Principal) => {
    expect(refusalOf({ ...VALID, Principal })).toBeUndefined()
  })

  it.each<[unknown]>([
    ['111122223333'],
    [null],
    [['*']],
    [{ AWS: 'arn:aws:iam::111122223333:user/*' }],
    [{ AWS: 'arn:aws:iam::111122223333:group/admins' }],
    [{ AWS: 'arn:aws:sts::111122223333:assumed-role/reader' }],
    [{ AWS: 'arn:aws:iam::1111:root' }],
    [{ AWS: 'AIDAEXAMPLE' }],
    [{ AWS: 1 }],
    [{ AWS: [['*']] }],
    [{ aws: '*' }],
    [{ CanonicalUser: '*' }],
    [{ Service: '*' }],
    [{ Service: 'example.com' }],
    [{ Federated: '*' }],
    [{ '*': '*' }],
  ])('may not be %j', (Principal) => {
    expect(refusalOf({ ...VALID, Principal })).toBe('Invalid principal in policy')
  })

  it.each<[unknown]>([[{}], [{ AWS: [] }]])('may not be empty: %j', (Principal) => {
    expect(refusalOf({ ...VALID, Principal })).toBe('Missing required field Principal cannot be empty!')
  })

  it('have to exist where somebody looks', () => {
    const asked: unknown[] = []
    const options: PolicyOptions = {
      ...BUCKET,
      principalExists(name) {
        asked.push(name)
        return name.kind === 'account' && name.accountId === '111122223333'
      },
    }
    expect(
      refusalOf({ ...VALID, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }, options),
    ).toBeUndefined()
    expect(refusalOf({ ...VALID, Principal: { CanonicalUser: 'c'.repeat(64) } }, options)).toBe(
      'Invalid principal in policy',
    )
    const arn = 'arn:aws:iam::111122223333:user/Bob'
    expect(refusalOf({ ...VALID, Principal: { AWS: arn } }, options)).toBe('Invalid principal in policy')
    expect(asked).toEqual([
      { kind: 'account', accountId: '111122223333' },
      { kind: 'canonical-user', canonicalId: 'c'.repeat(64) },
      { kind: 'arn', arn, accountId: '111122223333' },
    ])
  })
})

describe('conditions', () => {
  const list = { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::examplebucket' }
  it.each<[object, object | undefined, string | undefined]>([
    [{ StringEquals: { 'aws:SourceIp': 'x' } }, undefined, undefined],
    [{ Bool: { 'aws:SecureTransport': false } }, undefined, undefined],
    [{ 'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalTag/a': ['b', 'c'] } }, undefined, undefined],
    [{ NumericLessThan: { 's3:max-keys': 10 } }, list, undefined],
    [{ Bool: { 'aws:AssumedRoot': true, 'aws:ViaAWSMCPService': true } }, undefined, undefined],
    [{ StringEquals: { 'aws:CalledViaAWSMCP': 'aws-mcp.amazonaws.com' } }, undefined, undefined],
    [{ ArnLike: { 'aws:ChatbotSourceArn': 'arn:aws:chatbot::*' } }, undefined, undefined],
    [
      { StringEquals: { 's3:logType': 'S3_SERVER_ACCESS_LOGS' } },
      { ...list, Action: 's3:AllowVendedLogDeliveryForResource' },
      undefined,
    ],
    [{ StringEquals: { 's3:prefix': 'a' } }, list, undefined],
    [{ StringEquals: { 'accounts.google.com:sub': 'a' } }, undefined, undefined],
    [{ StringEquals: { 's3:x-amz-acl': 'private' } }, { Action: 's3:Put*' }, undefined],
    [{ StringEquals: { 's3:existingobjecttag/k': 'v' } }, undefined, undefined],
    [{ StringEqual: { 'aws:Referer': 'x' } }, undefined, 'Invalid Condition type : StringEqual'],
    [{ NullIfExists: { 'aws:Referer': 'true' } }, undefined, 'Invalid Condition type : NullIfExists'],
    [{ 'ForSome:Bool': { 'aws:Referer': 'true' } }, undefined, 'Invalid Condition type : ForSome:Bool'],
    [{ constructor: { 'aws:Referer': 'true' } }, undefined, 'Invalid Condition type : constructor'],
    [{ StringEquals: { 'aws:Nothing': 'x' } }, undefined, 'Policy has an invalid condition key'],
    [{ StringEquals: { 's3:ExistingObjectTag/': 'x' } }, undefined, 'Policy has an invalid condition key'],
    [{ StringEquals: { 'custom:key': 'x' } }, undefined, 'Policy has an invalid condition key'],
    [
      { StringEquals: { 's3:prefix': 'a' } },
      undefined,
      'Conditions do not apply to combination of actions and resources in statement',
    ],
    [
      { StringLike: { 's3:prefix': '*' } },
      { ...list, Action: ['s3:ListBucket', 's3:GetBucketAcl'] },
      'Conditions do not apply to combination of actions and resources in statement',
    ],
    [{ StringEquals: { 'aws:Referer': [] } }, undefined, 'Invalid policy syntax.'],
    [{ StringEquals: { 'aws:Referer': { a: 1 } } }, undefined, 'Invalid policy syntax.'],
    [{ StringEquals: 'aws:Referer' }, undefined, 'Invalid policy syntax.'],
    [{ Null: { 'aws:Referer': 'maybe' } }, undefined, 'Invalid policy syntax.'],
    [{ IpAddress: { 'aws:SourceIp': '10.0.*.*' } }, undefined, 'Invalid policy syntax.'],
    [{ NumericEquals: { 's3:TlsVersion': 'one' } }, undefined, 'Invalid policy syntax.'],
    [{ DateLessThan: { 'aws:CurrentTime': 'tomorrow' } }, undefined, 'Invalid policy syntax.'],
    [{ BinaryEquals: { 'aws:Referer': '%' } }, undefined, 'Invalid policy syntax.'],
  ])('%j with %j: %s', (Condition, change, message) => {
    expect(refusalOf({ ...VALID, ...change, Condition })).toBe(message)
  })

  it('tell which keys the policy looks at', () => {
    const statement = {
      ...VALID,
      Resource: 'arn:aws:s3:::examplebucket/${aws:username}',
      Condition: { StringEquals: { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' } },
    }
    const { conditionKeys } = parsePolicy(
      JSON.stringify({ Version: '2012-10-17', Statement: statement }),
      BUCKET,
    )
    expect([...conditionKeys].sort()).toEqual([
      'aws:principaltag/team',
      'aws:username',
      's3:existingobjecttag/team',
    ])
  })
})

describe('the other kinds', () => {
  const identity: PolicyOptions = { kind: 'identity' }
  const statement = { Effect: 'Allow', Action: ['s3:*', 'kms:Decrypt'], Resource: '*' }

  it('have the elements that they need', () => {
    expect(refusalOf(statement, identity)).toBeUndefined()
    expect(refusalOf({ ...statement, Principal: '*' }, identity)).toBe(
      'Policy document should not specify a principal.',
    )
    expect(refusalOf({ ...statement, Principal: '*' }, { kind: 'key' })).toBeUndefined()
    expect(refusalOf(statement, { kind: 'key' })).toBe('Missing required field Principal')
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } }
    expect(refusalOf(trust, { kind: 'trust' })).toBeUndefined()
    expect(refusalOf({ ...trust, Resource: '*' }, { kind: 'trust' })).toBe('Has prohibited field Resource')
  })
})

describe('whatever comes', () => {
  const names = [
    'Version',
    'Id',
    'Statement',
    'Sid',
    'Effect',
    'Principal',
    'NotPrincipal',
    'Action',
    'Resource',
    'Condition',
    'AWS',
    'StringLike',
    'NumericLessThan',
    'IpAddress',
    'ForAllValues:ArnLike',
    'aws:SourceIp',
    's3:prefix',
    '__proto__',
  ]
  const texts = [
    '2012-10-17',
    '*',
    'Allow',
    'Deny',
    's3:GetObject',
    's3:*',
    OBJECTS,
    '${aws:username',
    "${a, 'b'}",
    '1.2.3.4/8',
    '10',
    '111122223333',
    '',
  ]
  const leaf = fc.oneof(fc.constantFrom(...texts), fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('tree'), { maxKeys: 3 }),
    ),
  }))
  const likely = fc.record(
    {
      Sid: leaf,
      Effect: fc.constantFrom('Allow', 'Deny', 'Perhaps'),
      Principal: fc.oneof(fc.constantFrom('*', { AWS: '*' }), tree),
      Action: fc.oneof(fc.constantFrom('s3:GetObject', '*'), tree),
      Resource: fc.oneof(fc.constantFrom(OBJECTS, '*'), tree),
      Condition: tree,
    },
    { requiredKeys: [] },
  )
  const kinds: PolicyOptions[] = [BUCKET, { kind: 'identity' }, { kind: 'key' }, { kind: 'trust' }]

  it('is accepted or refused by a PolicyError', () => {
    const documents = fc.oneof(
      tree,
      fc.record({ Version: fc.constant('2012-10-17'), Statement: fc.array(likely) }),
    )
    fc.assert(
      fc.property(documents, fc.constantFrom(...kinds), (document, options) => {
        expect(refusal(JSON.stringify(document), options)).not.toBe('')
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused as text too, without ado', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1') }),
        (text) => {
          expect(refusal(`{${text}`)).toBeDefined()
        },
      ),
      { numRuns: 2000 },
    )
    const deep = `{"Statement":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    expect(refusal(deep)).toMatch(/^This policy contains invalid Json: Statement.*: nested too deeply$/)
    const wide = { ...VALID, Condition: { ArnLike: { 'aws:PrincipalArn': ['*?'.repeat(9000)] } } }
    expect(refusalOf(wide)).toBeUndefined()
  })
})
