import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorCatalogue } from '../../../packages/server/src/model/error-catalogue.ts'
import type { MemberModel, OperationModel } from '../../../packages/server/src/model/operation-model.ts'
import { operationModels } from '../../../packages/server/src/model/operations.ts'
import { overlay } from '../../../packages/server/src/model/overlay.ts'
import { operations } from '../../../packages/server/src/s3/s3-operations.ts'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { objectPath, uriEncode } from '../../support/signature-v4.ts'
import { createDirectoryBucket } from '../directory-buckets/directory-room.ts'
import { expectError, ObjectRoom } from '../objects/object-room.ts'

/*
 * Every header and query parameter of the model that is not just text, with values that it does not take, in every operation
 * that has it. Codes and messages are those of the pages of the operations, of "Error responses", and of S3 as others met it
 * (its answers to partNumber, max-keys, x-amz-acl and directives stand in many public reports).
 */

const MODELS = operationModels().filter(([name]) => name in operations)
const NO_PART = 'Part number must be an integer between 1 and 10000, inclusive'
const UPLOAD_ID = 'uploadId'

/** Where the code is not InvalidArgument. */
const CODES: Readonly<Record<string, string>> = {
  'x-amz-checksum-algorithm': 'InvalidRequest',
  'x-amz-checksum-type': 'InvalidRequest',
  'x-amz-mp-object-size': 'InvalidRequest',
  'x-amz-sdk-checksum-algorithm': 'InvalidRequest',
  'x-amz-storage-class': 'InvalidStorageClass',
}
/** "A recipient MUST ignore the header field if the received field value is not a valid HTTP-date" (RFC 9110, 13.1.3); S3 does so
 * with the others. */
const IGNORED = new Set([
  'if-modified-since',
  'if-unmodified-since',
  'x-amz-checksum-mode',
  'x-amz-request-payer',
])

interface Parameter {
  readonly operation: string
  readonly model: OperationModel
  readonly name: string
  readonly place: 'query' | 'headers'
  readonly member: MemberModel
}

let room: ObjectRoom
let directory: string
beforeAll(async () => {
  room = await ObjectRoom.open()
  directory = await createDirectoryBucket(room.server, 'parameters')
  return () => room[Symbol.asyncDispose]()
})

const everyParameter = MODELS.flatMap(([operation, model]) =>
  Object.values(model.input).flatMap((member): Parameter[] => {
    const name = member.query ?? member.header?.toLowerCase()
    if (name === undefined || name === 'content-length') return []
    return [{ operation, model, name, place: member.query === undefined ? 'headers' : 'query', member }]
  }),
)
const parameters = everyParameter.filter(
  // A list of any texts, as tag names are, has no wrong ones.
  ({ member }) => member.type !== undefined || member.enum !== undefined || member.list?.enum !== undefined,
)

const NO_INTEGERS = ['x', '1.5', '0x1', '99999999999999999999']
const NO_WORDS = ['Bogus', 'é', 'x'.repeat(3000), '']
const WRONG_VALUES: Readonly<Record<string, readonly string[]>> = {
  integer: [...NO_INTEGERS, '2147483648', '-2147483649'],
  long: NO_INTEGERS,
  boolean: ['x', '1', 'yes', ''],
  timestamp: ['x', '-5', '2020-13-01T00:00:00Z', ''],
}

/** What is none of its values, whatever it means. A number may be empty in a query, where that is as if it had not come. */
function wrongValues({ operation, name, member: { type, list }, place }: Parameter): readonly string[] {
  if (list !== undefined) return ['Bogus', 'Bogus,Other']
  const isNumber = type === 'integer' || type === 'long'
  const words = WRONG_VALUES[type ?? 'enum'] ?? NO_WORDS
  const values = takesEmpty(operation, name) ? words.filter((word) => word !== '') : words
  return isNumber && place === 'headers' ? [...values, ''] : values
}

/** An empty ACL of an upload is none. */
function takesEmpty(operation: string, name: string): boolean {
  return name === 'x-amz-acl' && ['PutObject', 'CopyObject', 'CreateMultipartUpload'].includes(operation)
}

/** A request for the operation in which nothing is wrong but what is put into it. */
async function ask({ operation, model, name, place }: Parameter, value: string): Promise<RawAnswer> {
  const query: Record<string, string> = { ...model.literals }
  const headers: Record<string, string> = {}
  for (const { required, query: inQuery, header } of Object.values(model.input)) {
    if (!required) continue
    if (inQuery === UPLOAD_ID) query[inQuery] = await uploadId()
    else if (inQuery !== undefined) query[inQuery] = '1'
    if (header === 'x-amz-copy-source') headers[header] = `${room.bucket}/source`
    else if (header !== undefined) headers[header.toLowerCase()] = 'ETag'
  }
  ;(place === 'query' ? query : headers)[name] = value
  const hasDocument = model.inputRoot !== undefined
  const body =
    hasDocument || Object.values(model.input).some((member) => member.payload && member.required)
      ? '<a/>'
      : ''
  if (body !== '') headers['content-md5'] = createHash('md5').update(body).digest('base64')
  const pairs = Object.entries(query).map(([key, text]) => `${uriEncode(key)}=${uriEncode(text)}`)
  if (model.level === 'control') headers['x-amz-account-id'] = mainAccount.id
  const path = await pathOf(operation, model)
  return rawRequest(room.server, { method: model.method, path, query: pairs.join('&'), headers, body })
}

let made = 0

/** Of its own where the operation, where it takes the value after all, would leave nothing for the next. */
async function pathOf(operation: string, { level, path }: OperationModel): Promise<string> {
  if (path !== undefined) return path.replaceAll(/\{\w+\+?\}/g, 'name')
  if (operation === 'CreateBucket') return `/made-${++made}`
  if (operation === 'DeleteBucket') return `/${await createBucket(room.server, `made-${++made}`)}`
  // There alone it is.
  if (operation === 'RenameObject') return objectPath(directory, 'key')
  return level === 'service' ? '/' : level === 'bucket' ? `/${room.bucket}` : objectPath(room.bucket, 'key')
}

async function uploadId(): Promise<string> {
  const begun = await room.request('POST', 'key', { query: 'uploads=' })
  return xmlTexts(begun.text, 'UploadId')[0] ?? ''
}

/** As S3 refuses the parameter; to HEAD without a document. */
function expectRefused({ name, model }: Parameter, value: string, answer: RawAnswer): void {
  const code = CODES[name] ?? 'InvalidArgument'
  const argument = code === 'InvalidArgument' ? [name, value.split(',')[0]] : [undefined, undefined]
  const { status, errorCode, text } = answer
  const [argumentName, argumentValue] = ['ArgumentName', 'ArgumentValue'].map(
    (each) => xmlTexts(text, each)[0],
  )
  const isHead = model.method === 'HEAD'
  expect([status, errorCode, argumentName, argumentValue]).toEqual(
    isHead ? [400, undefined, undefined, undefined] : [400, code, ...argument],
  )
}

describe('a value that is none', () => {
  beforeAll(async () => {
    await room.put('source', 'the source')
    await room.put('key', 'x')
  })

  const refused = parameters.filter(({ name }) => !IGNORED.has(name))
  it.each(refused.map((each) => [each.operation, each.name, each] as const))(
    '%s refuses it in %s',
    async (_, __, parameter) => {
      for (const value of wrongValues(parameter)) expectRefused(parameter, value, await ask(parameter, value))
    },
  )

  const ignored = parameters.filter(({ name }) => IGNORED.has(name))
  it.each(ignored.map((each) => [each.operation, each.name, each] as const))(
    '%s takes it for absent in %s',
    async (_, name, parameter) => {
      for (const value of wrongValues(parameter)) {
        const { status, text, errorCode } = await ask(parameter, value)
        expect(status).toBeLessThan(500)
        expect(text).not.toContain(`<ArgumentName>${name}<`)
        expect(errorCode === undefined || errorCode in errorCatalogue).toBe(true)
      }
    },
  )
})

describe('text of any kind', () => {
  const texts = everyParameter.filter((each) => !parameters.includes(each))
  const operationsOfTexts = new Set(texts.map(({ operation }) => operation))
  it.each([...operationsOfTexts])('fails nothing in %s', async (operation) => {
    for (const parameter of texts.filter((each) => each.operation === operation)) {
      for (const value of ['', '%', '<\u{1F600}"', ','.repeat(50), 'x'.repeat(3000)]) {
        const { status, errorCode } = await ask(parameter, value)
        const isKnown = errorCode === undefined || errorCode in errorCatalogue
        // 501 is If-None-Match with an entity tag, where S3 knows the asterisk alone.
        const isAnswered = status < 500 || status === 501
        expect([parameter.name, value, isKnown, isAnswered]).toEqual([parameter.name, value, true, true])
      }
    }
  })
})

it('all enums that the model closes are among them', () => {
  const enums = new Set(parameters.flatMap(({ member }) => member.enum ?? member.list?.enum ?? []))
  const open = ['BucketCannedACL', 'ObjectCannedACL', 'StorageClass']
  expect([...enums].filter((name) => overlay.openEnums.includes(name)).toSorted()).toEqual(open)
  expect(enums.size).toBeGreaterThan(10)
})

const counter = (name: string): string => `Argument ${name} must be an integer between 0 and 2147483647`

describe('what S3 says', () => {
  it.each([
    ['?list-type=2', 'max-keys', '-1', 'maxKeys', counter('maxKeys')],
    ['?', 'max-keys', '-1', 'maxKeys', counter('maxKeys')],
    ['?versions=', 'max-keys', '-1', 'max-keys', 'max-keys cannot be negative'],
    ['?list-type=2', 'max-keys', 'x', 'max-keys', 'Provided max-keys not an integer or within integer range'],
    ['?uploads=', 'max-uploads', '-1', 'max-uploads', counter('max-uploads')],
    ['?list-type=2', 'encoding-type', 'foo', 'encoding-type', 'Invalid Encoding Method specified in Request'],
    ['?list-type=2', 'encoding-type', '', 'encoding-type', 'Invalid Encoding Method specified in Request'],
    [
      '?list-type=2',
      'continuation-token',
      'x',
      'continuation-token',
      'The continuation token provided is incorrect',
    ],
    [
      '?list-type=2',
      'continuation-token',
      '',
      'continuation-token',
      'The continuation token provided is incorrect',
    ],
    [
      '?versions=&key-marker=a',
      'version-id-marker',
      '',
      'version-id-marker',
      'A version-id marker cannot be empty.',
    ],
    ['/key?', 'versionId', '', 'versionId', 'Version id cannot be the empty string'],
    ['/key?', 'versionId', 'x', 'versionId', 'Invalid version id specified'],
    ['/key?', 'partNumber', '0', 'partNumber', NO_PART],
    ['/key?', 'partNumber', '10001', 'partNumber', NO_PART],
    ['/key?', 'partNumber', 'x', 'partNumber', NO_PART],
  ])('GET %s: %s=%s', async (target, name, value, argument, message) => {
    const [path = '', query = ''] = target.split('?')
    const answer = await rawRequest(room.server, {
      path: `/${room.bucket}${path}`,
      query: `${query === '' ? '' : `${query}&`}${name}=${value}`,
    })
    const element = expectError(answer, 400, 'InvalidArgument')
    expect([element('ArgumentName'), element('ArgumentValue'), element('Message')]).toEqual([
      argument,
      value,
      message,
    ])
  })

  it.each([
    ['0', 'Argument max-buckets must be an integer between 1 and 10000'],
    ['10001', 'Argument max-buckets must be an integer between 1 and 10000'],
    ['x', 'Provided max-buckets not an integer or within integer range'],
  ])('ListBuckets: max-buckets=%s', async (value, message) => {
    const answer = await rawRequest(room.server, { path: '/', query: `max-buckets=${value}` })
    expect(expectError(answer, 400, 'InvalidArgument')('Message')).toBe(message)
  })

  it.each([
    ['x-amz-metadata-directive', 'Unknown metadata directive.'],
    ['x-amz-tagging-directive', 'Unknown tagging directive.'],
    ['x-amz-server-side-encryption', 'The encryption method specified is not supported'],
    ['x-amz-object-lock-mode', 'Unknown wormMode directive.'],
    ['x-amz-object-lock-legal-hold', "Legal Hold must be either of 'ON' or 'OFF'"],
    ['x-amz-object-lock-retain-until-date', 'The retain until date must be provided in ISO 8601 format'],
  ])('CopyObject: %s', async (name, message) => {
    const headers = { 'x-amz-copy-source': `${room.bucket}/source`, [name]: 'Bogus' }
    expect(
      expectError(await room.request('PUT', 'copy', { headers }), 400, 'InvalidArgument')('Message'),
    ).toBe(message)
  })

  it.each([
    ['x-amz-storage-class', 'InvalidStorageClass', 'The storage class you specified is not valid'],
    ['content-md5', 'InvalidDigest', 'The Content-MD5 you specified was invalid.'],
    [
      'x-amz-sdk-checksum-algorithm',
      'InvalidRequest',
      'Value for x-amz-sdk-checksum-algorithm header is invalid.',
    ],
    [
      'x-amz-expected-bucket-owner',
      'InvalidBucketOwnerAWSAccountID',
      'The value of the expected bucket owner parameter must be an AWS Account ID',
    ],
  ])('PutObject: %s', async (name, code, message) => {
    const answer = await room.request('PUT', 'refused', { headers: { [name]: 'Bogus' }, body: 'x' })
    expect(expectError(answer, 400, code)('Message')).toBe(message)
    expect(await room.bytesOf('refused')).toBeUndefined()
  })

  it.each(['', 'x', '1.5', '-1'])('CompleteMultipartUpload: x-amz-mp-object-size: %j', async (size) => {
    const query = `uploadId=${await uploadId()}`
    const { headers: part } = await room.request('PUT', 'key', { query: `partNumber=1&${query}`, body: 'x' })
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part['etag']}</ETag></Part></CompleteMultipartUpload>`
    const headers = { 'x-amz-mp-object-size': size }
    expectError(await room.request('POST', 'key', { query, headers, body }), 400, 'InvalidRequest')
  })
})

it('of a query parameter that comes twice the first counts', async () => {
  const path = `/${room.bucket}`
  const taken = await rawRequest(room.server, { path, query: 'max-keys=1&max-keys=x' })
  expect([taken.status, xmlTexts(taken.text, 'MaxKeys')]).toEqual([200, ['1']])
  expectError(await rawRequest(room.server, { path, query: 'max-keys=x&max-keys=1' }), 400, 'InvalidArgument')
})

it.each(['max-keys', 'max-uploads'])('%s without a value is as if it had not come', async (name) => {
  const query = `${name === 'max-keys' ? 'list-type=2' : 'uploads='}&${name}=`
  const { status, text } = await rawRequest(room.server, { path: `/${room.bucket}`, query })
  expect([status, xmlTexts(text, name === 'max-keys' ? 'MaxKeys' : 'MaxUploads')]).toEqual([200, ['1000']])
})
