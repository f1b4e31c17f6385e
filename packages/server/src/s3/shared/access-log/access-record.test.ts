import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseLog, type ParsedRecord } from '../../../../../../tests/support/parse-log.ts'
import { type AccessRecord, accessLogLine } from './access-record.ts'

const least: AccessRecord = {
  bucketOwner: 'o',
  bucketName: 'b',
  at: new Date(0),
  operation: 'REST.GET.OBJECT',
}

function parsed(record: AccessRecord): ParsedRecord {
  const records = parseLog(accessLogLine(record))
  expect(records).toHaveLength(1)
  return records[0] as ParsedRecord
}

it('has the fields that S3’s documentation shows, in their order', () => {
  const line = accessLogLine({
    ...least,
    at: new Date('2019-02-06T00:00:38.999Z'),
    remoteAddress: '192.0.2.3',
    requester: 'r',
    requestId: '3E57427F3EXAMPLE',
    operation: 'REST.PUT.OBJECT',
    key: 's3-dg.pdf',
    requestLine: 'PUT /b/s3-dg.pdf HTTP/1.1',
    status: 200,
    sentBytes: 0,
    objectBytes: 4406583,
    totalMilliseconds: 41754,
    turnAroundMilliseconds: 28,
    referrer: '',
    userAgent: 'S3Console/0.4',
    hostId: '10S62Zv81kBW7BB6SX4XJ48o6kpcl6LPwEoizZQQxJd5qDSCTLX0TgS37kYUBKQW3+bPdrg1234=',
    signatureVersion: 'SigV4',
    cipherSuite: 'ECDHE-RSA-AES128-SHA',
    authenticationType: 'AuthHeader',
    host: 'b.s3.us-west-1.amazonaws.com',
    tlsVersion: 'TLSv1.2',
    aclRequired: true,
  })
  expect(line).toBe(
    'o b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 r 3E57427F3EXAMPLE REST.PUT.OBJECT s3-dg.pdf ' +
      '"PUT /b/s3-dg.pdf HTTP/1.1" 200 - - 4406583 41754 28 "-" "S3Console/0.4" - ' +
      '10S62Zv81kBW7BB6SX4XJ48o6kpcl6LPwEoizZQQxJd5qDSCTLX0TgS37kYUBKQW3+bPdrg1234= ' +
      'SigV4 ECDHE-RSA-AES128-SHA AuthHeader b.s3.us-west-1.amazonaws.com TLSv1.2 - Yes -\n',
  )
})

it('has a dash for what is not known', () => {
  expect(accessLogLine(least)).toBe(
    `o b [01/Jan/1970:00:00:00 +0000] - - - REST.GET.OBJECT - -${' -'.repeat(18)}\n`,
  )
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', ' ', '\n', '\r', '-', '%', '\\', ']', '\u0000', 'é', '💾'),
  }),
)
const decoded = (text: string): string => decodeURIComponent(text)
/** What decodes to the text again, where the text itself has no percent sign. */
const plain = anyText.filter((text) => !/^-?$|%/.test(text) && text.isWellFormed())

it('stays one line of as many fields, whatever a request says', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, anyText, (one, two, three, four) => {
      const record = parsed({
        ...least,
        key: one,
        versionId: two,
        requestLine: three,
        userAgent: four,
        referrer: one,
        host: two,
        remoteAddress: three,
        errorCode: four,
      })
      expect(record).toMatchObject({ bucket: 'b', operation: 'REST.GET.OBJECT', sourceRegion: '-' })
    }),
    { numRuns: 500 },
  )
})

it('can be read back', () => {
  fc.assert(
    fc.property(plain, plain, plain, (one, two, three) => {
      const record = parsed({ ...least, versionId: one, requestLine: two, userAgent: three })
      expect([record.versionId, record.requestUri, record.userAgent].map(decoded)).toEqual([one, two, three])
    }),
    { numRuns: 500 },
  )
})

it('encodes keys twice, and once in batches and by lifecycle rules', () => {
  const keys = anyText.filter((key) => key !== '' && key.isWellFormed())
  fc.assert(
    fc.property(keys, (key) => {
      const { key: twice } = parsed({ ...least, key })
      expect(decoded(decoded(twice))).toBe(key)
      expect(twice).not.toBe('-')
      for (const operation of ['BATCH.DELETE.OBJECT', 'S3.EXPIRE.OBJECT']) {
        expect(decoded(parsed({ ...least, operation, key }).key)).toBe(key)
      }
    }),
    { numRuns: 500 },
  )
})
