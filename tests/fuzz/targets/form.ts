import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { formParts } from '../../../packages/server/src/protocol/form-parts.ts'
import { expandFileName, formRequest } from '../../../packages/server/src/protocol/form-request.ts'
import { formBody, formContentType, type FormPart } from '../../support/post-form.ts'
import {
  firstLine,
  type FuzzTarget,
  latin1,
  laterOutcomeOf,
  type Outcome,
  outcomeOf,
} from '../fuzz-target.ts'

interface Form {
  readonly fields: ReadonlyMap<string, string>
  readonly fileName: string
  readonly content: string
}

/** Form uploads: the content type, then the body. The same whatever the pieces it comes in. */
export const form: FuzzTarget = {
  seeds: [
    seed([
      ['key', 'a/${filename}'],
      ['x-amz-meta-a', 'b'],
      ['acl', 'private'],
      ['file', { name: 'n.txt', type: 'text/plain', content: 'hello' }],
    ]),
    seed([
      ['key', 'k'],
      ['tagging', '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>'],
      ['FILE', 'text'],
      ['submit', 'x'],
    ]),
    'multipart/form-data; boundary="b c"\n--b c\r\ncontent-disposition: form-data; name="file"; filename*=utf-8\'\'%41\r\ncontent-transfer-encoding: base64\r\n\r\nAA==\r\n--b c--\r\n',
    'multipart/form-data; boundary=b\npreamble\r\n--b\r\nContent-Disposition: form-data; name=key\r\n\r\nk\r\n--b--',
  ],
  words: [
    '--b\r\n',
    '--b--\r\n',
    '\r\n--b',
    '\r\n\r\n',
    'Content-Disposition: form-data; name="',
    '; filename="',
    'boundary=',
    '${filename}',
  ],
  mostBytes: 1_500,
  // The library takes a step a byte, and more for headers.
  mostStepsPerByte: 2_000,
  async run(bytes) {
    const [contentType, body] = firstLine(bytes)
    const whole = await read(contentType, body, body.length + 1)
    for (const sizeBytes of [body.length < 250 ? 1 : 41, 2 + (bytes.length % 61)])
      assertSame(await read(contentType, body, sizeBytes), whole)
    if (whole.value) request(whole.value)
  },
}

function seed(parts: readonly FormPart[]): string {
  return `${formContentType}\n${latin1(formBody(parts))}`
}

async function* cut(bytes: Buffer, sizeBytes: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.subarray(start, start + sizeBytes)
}

function read(contentType: string, body: Buffer, sizeBytes: number): Promise<Outcome<Form>> {
  return laterOutcomeOf(async () => {
    const { fields, fileName, file } = await formParts(contentType, cut(body, sizeBytes))
    const content: Uint8Array[] = []
    for await (const piece of file) content.push(piece)
    return { fields: new Map(fields), fileName, content: latin1(Buffer.concat(content)) }
  }, isS3Error)
}

function request({ fields, fileName }: Form): void {
  const head = { method: 'POST', path: '/b', query: '', headers: { host: 'h' } }
  const { value } = outcomeOf(() => formRequest(head, expandFileName(fields, fileName)), isS3Error)
  for (const text of Object.values(value?.head.headers ?? {})) assert.doesNotMatch(text ?? '', /[\r\n\0]/)
}

function isS3Error(error: Error): boolean {
  return error instanceof S3Error && error.status < 500
}

function assertSame(outcome: Outcome<Form>, whole: Outcome<Form>): void {
  // What it is refused for may depend on how much of it has come.
  assert.equal(Boolean(outcome.error), Boolean(whole.error))
  assert.deepEqual(outcome.value, whole.value)
}
