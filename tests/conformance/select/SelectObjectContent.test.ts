import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { customerHeaders, customerKey } from '../encryption/encryption-room.ts'
import { expectError, expectSuccess, ObjectRoom, sdkError } from '../objects/object-room.ts'
import { type Query, QUERY, select, selectDocument, type Selected } from './queries.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const people = 'name,age\nAda,36\nGrace,85\nEdsger,72\n'
const CSV = { CSV: { FileHeaderInfo: 'USE' } } as const
const ask = (key: string, query: Partial<Query>): Promise<Selected> =>
  select(room.client, room.bucket, key, {
    Expression: 'SELECT * FROM S3Object',
    InputSerialization: CSV,
    OutputSerialization: { CSV: {} },
    ...query,
  })

beforeAll(async () => {
  await room.put('people.csv', people)
})

describe('an answer', () => {
  it('is the records that the query selects, what it cost, and its end', async () => {
    const { text, events, stats } = await ask('people.csv', {
      Expression: 'SELECT s.name FROM S3Object s WHERE CAST(s.age AS INT) > 40',
    })
    expect(text).toBe('Grace\nEdsger\n')
    expect(events).toEqual(['Records', 'Stats', 'End'])
    expect(stats).toEqual({ BytesScanned: people.length, BytesProcessed: people.length, BytesReturned: 13 })
  })

  it('has no Records event where nothing is selected', async () => {
    const { text, events } = await ask('people.csv', {
      Expression: "SELECT * FROM S3Object s WHERE s.name = 'Nobody'",
    })
    expect([text, events]).toEqual(['', ['Stats', 'End']])
  })

  it('tells the progress where it is asked for', async () => {
    const { events } = await ask('people.csv', { RequestProgress: { Enabled: true } })
    expect(events).toEqual(['Records', 'Progress', 'Stats', 'End'])
  })

  it('writes JSON, and CSV as it is asked for', async () => {
    const json = await ask('people.csv', {
      Expression: 'SELECT name, age AS years FROM S3Object LIMIT 1',
      OutputSerialization: { JSON: { RecordDelimiter: ';' } },
    })
    expect(json.text).toBe('{"name":"Ada","years":"36"};')
    const csv = await ask('people.csv', {
      Expression: 'SELECT name, age FROM S3Object LIMIT 1',
      OutputSerialization: { CSV: { QuoteFields: 'ALWAYS', FieldDelimiter: '|', RecordDelimiter: '\r\n' } },
    })
    expect(csv.text).toBe('"Ada"|"36"\r\n')
  })

  it('aggregates', async () => {
    const { text } = await ask('people.csv', {
      Expression: 'SELECT COUNT(*), MIN(CAST(s.age AS INT)), MAX(s.name) FROM S3Object s',
    })
    expect(text).toBe('3,36,Grace\n')
  })

  it('is many messages where it is long, of an object in many chunks', async () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `${at},${'x'.repeat(40)}\n`)
    await room.put('long.csv', lines.join(''))
    const { text, events } = await ask('long.csv', {
      InputSerialization: { CSV: {} },
      Expression: 'SELECT _1 FROM S3Object',
    })
    const expected = lines.map((line) => `${line.split(',')[0]}\n`).join('')
    expect(text === expected).toBe(true)
    expect(events.filter((event) => event === 'Records').length).toBeGreaterThan(1)
  })

  it('of an empty object is empty', async () => {
    await room.put('empty', '')
    expect((await ask('empty', { InputSerialization: { CSV: {} } })).text).toBe('')
    const { text } = await ask('empty', {
      InputSerialization: { CSV: {} },
      Expression: 'SELECT COUNT(*) FROM S3Object',
    })
    expect(text).toBe('0\n')
  })
})

describe('an object', () => {
  it('is JSON, a document or lines', async () => {
    await room.put('books.json', '{"books":[{"title":"A","price":3},{"title":"B","price":12.50}]}')
    const { text } = await ask('books.json', {
      InputSerialization: { JSON: { Type: 'DOCUMENT' } },
      Expression: 'SELECT b.title, b.price FROM S3Object[*].books[*] b WHERE b.price > 5',
      OutputSerialization: { JSON: {} },
    })
    expect(text).toBe('{"title":"B","price":12.50}\n')
    await room.put('lines.json', '{"a":1}\n{"a":2}\n{"b":3}\n')
    const lines = await ask('lines.json', {
      InputSerialization: { JSON: { Type: 'LINES' } },
      Expression: 'SELECT s.a FROM S3Object s',
      OutputSerialization: { JSON: {} },
    })
    expect(lines.text).toBe('{"a":1}\n{"a":2}\n{}\n')
  })

  it('is compressed by GZIP', async () => {
    const compressed = gzipSync(people)
    await room.put('people.csv.gz', compressed)
    const { text, stats } = await ask('people.csv.gz', {
      InputSerialization: { ...CSV, CompressionType: 'GZIP' },
      Expression: 'SELECT age FROM S3Object',
    })
    expect(text).toBe('36\n85\n72\n')
    expect(stats).toMatchObject({ BytesScanned: compressed.length, BytesProcessed: people.length })
  })

  it('is in parts, and under a key that the request brings', async () => {
    await room.putParts('parts.csv', [
      Buffer.from('name,age\nAd'),
      Buffer.from('a,36\nGra'),
      Buffer.from('ce,85\n'),
    ])
    expect((await ask('parts.csv', { Expression: 'SELECT name FROM S3Object' })).text).toBe('Ada\nGrace\n')
  })

  it('may be replaced while it is read', async () => {
    const line = `${'y'.repeat(99)}\n`
    await room.put('slow.csv', line.repeat(100_000))
    const asked = ask('slow.csv', { InputSerialization: { CSV: {} } })
    await room.put('slow.csv', 'z\n')
    const { text } = await asked
    expect([line.repeat(100_000).length, 2]).toContain(text.length)
  })

  it('is not archived, and not in REDUCED_REDUNDANCY', async () => {
    for (const storageClass of ['GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY']) {
      const key = `in-${storageClass}`
      await room.put(key, people, { 'x-amz-storage-class': storageClass })
      await expect(sdkError(ask(key, {}))).resolves.toEqual([400, 'UnsupportedStorageClass'])
    }
    await room.put('rare', people, { 'x-amz-storage-class': 'STANDARD_IA' })
    expect((await ask('rare', {})).text).toContain('Ada')
  })
})

describe('a scan range', () => {
  // Source: S3 User Guide, "Requests using scan ranges".
  it('takes the records that begin in it', async () => {
    await room.put('letters.csv', 'A,B\nC,D\nD,E\nE,F\nG,H\nI,J\n')
    const InputSerialization = { CSV: {} }
    const range = async (Start?: number, End?: number): Promise<string> =>
      (await ask('letters.csv', { InputSerialization, ScanRange: { Start, End } })).text
    expect(await range(1, 4)).toBe('C,D\n')
    expect(await range(0, 3)).toBe('A,B\n')
    expect(await range(20)).toBe('I,J\n')
    expect(await range(undefined, 4)).toBe('I,J\n')
    expect(await range(100, 200)).toBe('')
  })

  const refused: [string, string, Partial<Query>][] = [
    ['without a bound', 'InvalidScanRange', { ScanRange: {} }],
    ['that ends before it starts', 'InvalidScanRange', { ScanRange: { Start: 5, End: 4 } }],
    ['below zero', 'InvalidScanRange', { ScanRange: { Start: -1, End: 4 } }],
    [
      'of what is compressed',
      'UnsupportedScanRangeInput',
      { ScanRange: { Start: 0, End: 4 }, InputSerialization: { ...CSV, CompressionType: 'GZIP' } },
    ],
    [
      'of a JSON document',
      'UnsupportedScanRangeInput',
      { ScanRange: { Start: 0, End: 4 }, InputSerialization: { JSON: { Type: 'DOCUMENT' } } },
    ],
    [
      'of quoted record delimiters',
      'UnsupportedScanRangeInput',
      {
        ScanRange: { Start: 0, End: 4 },
        InputSerialization: { CSV: { AllowQuotedRecordDelimiter: true } },
      },
    ],
  ]
  it.each(refused)('%s is %s', async (_, code, query) => {
    await expect(sdkError(ask('people.csv', query))).resolves.toEqual([400, code])
  })
})

describe('a request', () => {
  const post = (members: Record<string, string>, headers: Record<string, string> = {}) =>
    room.request('POST', 'people.csv', { query: QUERY, body: selectDocument(members), headers })

  it('is answered with messages in chunks', async () => {
    const answer = await post({})
    expect(answer.status).toBe(200)
    expect(answer.headers['transfer-encoding']).toBe('chunked')
    expect(answer.text).toContain('Ada,36\nGrace,85\n')
  })

  const refused: [string, string, Record<string, string>][] = [
    ['another type of expression', 'InvalidExpressionType', { ExpressionType: 'XPATH' }],
    [
      'another header information',
      'InvalidFileHeaderInfo',
      { InputSerialization: '<CSV><FileHeaderInfo>X</FileHeaderInfo></CSV>' },
    ],
    ['another type of JSON', 'InvalidJsonType', { InputSerialization: '<JSON><Type>X</Type></JSON>' }],
    [
      'another compression',
      'InvalidCompressionFormat',
      { InputSerialization: '<CompressionType>LZ4</CompressionType><CSV/>' },
    ],
    [
      'a compressed Parquet',
      'InvalidCompressionFormat',
      { InputSerialization: '<CompressionType>GZIP</CompressionType><Parquet/>' },
    ],
    [
      'another quoting',
      'InvalidQuoteFields',
      { OutputSerialization: '<CSV><QuoteFields>X</QuoteFields></CSV>' },
    ],
    [
      'two formats of the input',
      'ObjectSerializationConflict',
      { InputSerialization: '<CSV/><JSON><Type>LINES</Type></JSON>' },
    ],
    ['two formats of the output', 'ObjectSerializationConflict', { OutputSerialization: '<CSV/><JSON/>' }],
    [
      'no format',
      'MissingRequiredParameter',
      { InputSerialization: '<CompressionType>NONE</CompressionType>' },
    ],
    [
      'a long quote',
      'InvalidRequestParameter',
      { InputSerialization: '<CSV><QuoteCharacter>ab</QuoteCharacter></CSV>' },
    ],
    [
      'equal delimiters',
      'InvalidRequestParameter',
      {
        InputSerialization:
          '<CSV><FieldDelimiter>;</FieldDelimiter><RecordDelimiter>;</RecordDelimiter></CSV>',
      },
    ],
    ['what is no SQL', 'ParseSelectMissingFrom', { Expression: 'SELECT 1' }],
    [
      'a header that is not there',
      'MissingHeaders',
      {
        Expression: 'SELECT s.shoe FROM S3Object s',
        InputSerialization: '<CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV>',
      },
    ],
    ['a cast that fails', 'CastFailed', { Expression: 'SELECT CAST(s._1 AS INT) FROM S3Object s' }],
    ['CSV as JSON', 'JSONParsingError', { InputSerialization: '<JSON><Type>LINES</Type></JSON>' }],
    [
      'what is not compressed',
      'InvalidCompressionFormat',
      { InputSerialization: '<CompressionType>GZIP</CompressionType><CSV/>' },
    ],
    ['what is no Parquet', 'ParquetParsingError', { InputSerialization: '<Parquet/>' }],
  ]
  it.each(refused)('of %s is %s', async (_, code, members) => {
    expectError(await post(members), 400, code)
  })

  it('wants an expression, and a document', async () => {
    const { status, errorCode } = await room.request('POST', 'people.csv', {
      query: QUERY,
      body: selectDocument().replace(/<Expression>.*<\/Expression>/, ''),
    })
    expect([status, errorCode]).toEqual([400, 'MissingRequiredParameter'])
    expectError(await room.request('POST', 'people.csv', { query: QUERY, body: '' }), 400, 'EmptyRequestBody')
  })

  // Source: S3 API Reference, SelectObjectContent, "Examples".
  it('may be the SelectRequest of S3’s examples, with its escapes', async () => {
    const body = selectDocument({
      InputSerialization: `<CompressionType>NONE</CompressionType><CSV><FileHeaderInfo>IGNORE</FileHeaderInfo>
        <RecordDelimiter>\\n</RecordDelimiter><FieldDelimiter>,</FieldDelimiter><QuoteCharacter>"</QuoteCharacter>
        <QuoteEscapeCharacter>"</QuoteEscapeCharacter><Comments>#</Comments></CSV>`,
      OutputSerialization: `<CSV><QuoteFields>ASNEEDED</QuoteFields><RecordDelimiter>\\n</RecordDelimiter>
        <FieldDelimiter>\\t</FieldDelimiter></CSV>`,
    }).replaceAll(/SelectObjectContentRequest( xmlns="[^"]*")?/g, 'SelectRequest')
    const answer = await room.request('POST', 'people.csv', { query: QUERY, body })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Ada\t36\nGrace\t85\n')
  })

  it('takes what is empty for what is not there', async () => {
    const answer = await post({
      InputSerialization: '<CompressionType/><CSV><FileHeaderInfo/><RecordDelimiter/><Comments/></CSV>',
      OutputSerialization: '<CSV><QuoteFields/><RecordDelimiter/><FieldDelimiter/></CSV>',
    })
    expect(answer.text).toContain('Ada,36\nGrace,85\n')
    expect(await post({ OutputSerialization: '<JSON><RecordDelimiter/></JSON>' })).toMatchObject({
      text: expect.stringContaining('"_2":"36"}\n{') as string,
    })
  })

  // Source: aws-sdk-net issue 1869, cloudyr/aws.s3 issue 282.
  it('has elements passed over that S3 does not know', async () => {
    const answer = await post({
      OutputSerialization: '<CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV>',
      RequestProgress: '<Enabled>false</Enabled><ScanRange><Start>5</Start></ScanRange>',
    })
    expect(answer.text).toContain('Ada,36\n')
  })

  // Source: aws-sdk-java issue 2469.
  it('has NUL between the fields where it says that nothing is', async () => {
    await room.put('nul.csv', 'a,b\0c\n')
    const { text } = await ask('nul.csv', {
      InputSerialization: { CSV: { FieldDelimiter: '' } },
      Expression: 'SELECT _2 FROM S3Object',
    })
    expect(text).toBe('c\n')
  })

  it('has no range, and no other encryption than the object', async () => {
    expectError(await post({}, { range: 'bytes=0-4' }), 400, 'UnsupportedRangeHeader')
    expectError(await post({}, { 'x-amz-server-side-encryption': 'AES256' }), 400, 'InvalidArgument')
  })

  it('that fails in the middle ends with an error message', async () => {
    await room.put('broken.csv', `${'1\n'.repeat(300_000)}x\n`)
    const asked = ask('broken.csv', {
      InputSerialization: { CSV: {} },
      Expression: 'SELECT CAST(s._1 AS INT) FROM S3Object s',
    })
    await expect(asked).rejects.toMatchObject({ name: 'CastFailed' })
  })
})

describe('the key of the client', () => {
  it('opens the object, and has to come with the request', async () => {
    const headers = customerHeaders(customerKey('select'))
    await room.put('sealed.csv', people, headers)
    const post = (sent: Record<string, string>) =>
      room.request('POST', 'sealed.csv', { query: QUERY, body: selectDocument(), headers: sent })
    expect((await post(headers)).text).toContain('Grace,85')
    expectError(await post({}), 400, 'InvalidRequest')
    expectError(await post(customerHeaders(customerKey('another'))), 403, 'AccessDenied')
  })
})

describe('who may', () => {
  // Source: S3 API Reference, SelectObjectContent: "does not support anonymous access".
  it('is nobody who does not sign, whatever the policy says', async () => {
    const { server } = room
    const bucket = await createBucket(server, 'for-everybody')
    await putObject(server, bucket, 'public.csv', people)
    const path = `/${bucket}`
    await rawRequest(server, { method: 'DELETE', path, query: 'publicAccessBlock=' })
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
    ]
    const policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await rawRequest(server, { method: 'PUT', path, query: 'policy=', body: policy })
    const object = `${path}/public.csv`
    expectSuccess(await rawRequest(server, { path: object, anonymous: true }))
    const request = { method: 'POST', path: object, query: QUERY, body: selectDocument() }
    expectError(await rawRequest(server, { ...request, anonymous: true }), 403, 'AccessDenied')
    expectSuccess(await rawRequest(server, { ...request, credentials: otherCredentials }))
  })

  describeAccess(
    () => room,
    (bucket) => ({
      method: 'POST',
      path: objectPath(bucket, 'people.csv'),
      query: QUERY,
      body: selectDocument(),
    }),
  )
})
