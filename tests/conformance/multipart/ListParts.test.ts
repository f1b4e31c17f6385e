import { ListPartsCommand, paginateListParts } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { elementOf, noUpload, type Upload, UploadRoom } from './upload-room.ts'

let room: UploadRoom
let upload: Upload
const numbers = [1, 2, 3, 10, 11, 100, 9_999]
beforeAll(async () => {
  room = await UploadRoom.open()
  upload = await room.create('listed & more', { 'x-amz-storage-class': 'STANDARD_IA' })
  for (const number of numbers.toReversed()) await room.part(upload, number, `part ${number}`)
  return () => room[Symbol.asyncDispose]()
})

it('tells all of the upload and of its parts', async () => {
  const answer = await room.list(upload)
  expectSuccess(answer)
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toContain('<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
  const expected = {
    Bucket: room.objects.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: '0',
    MaxParts: '1000',
    IsTruncated: 'false',
    StorageClass: 'STANDARD_IA',
  }
  for (const [name, value] of Object.entries(expected))
    expect([name, elementOf(answer, name)]).toEqual([name, value])
  expect(xmlTexts(answer.text, 'PartNumber')).toEqual(numbers.map(String))
  expect(xmlTexts(answer.text, 'Size')).toEqual(numbers.map((number) => String(`part ${number}`.length)))
  expect(xmlTexts(answer.text, 'ETag')).toEqual(
    numbers.map(
      (number) => `"${Buffer.from(referenceChecksum('MD5', `part ${number}`), 'base64').toString('hex')}"`,
    ),
  )
  for (const time of xmlTexts(answer.text, 'LastModified'))
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/)
})

it('names the initiator and the owner', async () => {
  const { client, bucket: Bucket } = room.objects
  const answer = await client.send(new ListPartsCommand({ Bucket, Key: upload.key, UploadId: upload.id }))
  const account = { ID: mainAccount.canonicalId, DisplayName: mainAccount.displayName }
  expect(answer.Initiator).toEqual(account)
  expect(answer.Owner).toEqual(account)
})

describe('pages', () => {
  it.each([1, 2, 3, 7, 8])('of %i parts, by the marker', async (size) => {
    const found: string[] = []
    let marker = '0'
    for (;;) {
      const page = await room.list(upload, `&max-parts=${size}&part-number-marker=${marker}`)
      expectSuccess(page)
      expect(elementOf(page, 'MaxParts')).toBe(String(size))
      expect(elementOf(page, 'PartNumberMarker')).toBe(marker)
      const listed = xmlTexts(page.text, 'PartNumber')
      found.push(...listed)
      const next = elementOf(page, 'NextPartNumberMarker')
      const isTruncated = elementOf(page, 'IsTruncated') === 'true'
      expect(next).toBe(isTruncated ? listed.at(-1) : undefined)
      if (next === undefined) break
      expect(listed).toHaveLength(size)
      marker = next
    }
    expect(found).toEqual(numbers.map(String))
  })

  it('through the SDK', async () => {
    const { client, bucket: Bucket } = room.objects
    const found: (number | undefined)[] = []
    const of = { Bucket, Key: upload.key, UploadId: upload.id }
    for await (const page of paginateListParts({ client, pageSize: 2 }, of)) {
      found.push(...(page.Parts ?? []).map(({ PartNumber }) => PartNumber))
    }
    expect(found).toEqual(numbers)
  })

  it('of none, and of more than there can be', async () => {
    const none = await room.list(upload, '&max-parts=0')
    expect([xmlTexts(none.text, 'PartNumber'), elementOf(none, 'IsTruncated')]).toEqual([[], 'false'])
    expect(elementOf(await room.list(upload, '&max-parts=5000'), 'MaxParts')).toBe('1000')
  })

  it('behind any marker', async () => {
    const behind = async (marker: number) =>
      xmlTexts((await room.list(upload, `&part-number-marker=${marker}`)).text, 'PartNumber')
    expect(await behind(3)).toEqual(['10', '11', '100', '9999'])
    expect(await behind(4)).toEqual(['10', '11', '100', '9999'])
    expect(await behind(9_999)).toEqual([])
    expect(await behind(2_147_483_647)).toEqual([])
  })

  it.each([
    'max-parts=-1',
    'max-parts=x',
    'part-number-marker=-1',
    'part-number-marker=x',
    'max-parts=2147483648',
  ])('%s is refused', async (parameter) => {
    const element = expectError(await room.list(upload, `&${parameter}`), 400, 'InvalidArgument')
    expect(element('ArgumentName')).toBe(parameter.split('=')[0])
  })
})

it('of an upload without parts is empty', async () => {
  const answer = await room.list(await room.create('empty'))
  expectSuccess(answer)
  expect(xmlTexts(answer.text, 'PartNumber')).toEqual([])
  expect(elementOf(answer, 'StorageClass')).toBe('STANDARD')
})

it('shows checksums only where the upload was created with them', async () => {
  const value = referenceChecksum('SHA256', 'x')
  const checked = await room.create('checked', { 'x-amz-checksum-algorithm': 'SHA256' })
  await room.part(checked, 1, 'x', { 'x-amz-checksum-sha256': value })
  const answer = await room.list(checked)
  expect(
    ['ChecksumAlgorithm', 'ChecksumType', 'ChecksumSHA256'].map((name) => elementOf(answer, name)),
  ).toEqual(['SHA256', 'COMPOSITE', value])
  expect((await room.list(upload)).text).not.toContain('Checksum')
})

it('knows no upload that is not there', async () => {
  expectError(await room.list(noUpload), 404, 'NoSuchUpload')
  expectError(await room.list({ ...upload, key: 'another' }), 404, 'NoSuchUpload')
  expectError(await room.list({ ...upload, id: 'x'.repeat(3000) }), 404, 'NoSuchUpload')
  const { client, bucket: Bucket } = room.objects
  const command = new ListPartsCommand({ Bucket, Key: 'none', UploadId: noUpload.id })
  expect(await sdkError(client.send(command))).toEqual([404, 'NoSuchUpload'])
})

describeAccess(
  () => room.objects,
  (bucket) => ({
    path: `/${bucket}/${encodeURIComponent(upload.key)}`,
    query: `uploadId=${upload.id}`,
  }),
)
