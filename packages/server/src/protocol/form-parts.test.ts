import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { formBody, formContentType, type FormPart } from '../../../../tests/support/post-form.ts'
import { formParts } from './form-parts.ts'

async function* inChunks(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.subarray(start, start + sizeBytes)
}

async function read(bytes: Uint8Array, chunkBytes = 65_536, contentType = formContentType) {
  const { fields, fileName, file } = await formParts(contentType, inChunks(bytes, chunkBytes))
  const chunks: Uint8Array[] = []
  for await (const chunk of file) chunks.push(chunk)
  return { fields: Object.fromEntries(fields), fileName, content: Buffer.concat(chunks) }
}

async function errorOf(promise: Promise<unknown>): Promise<[code: string, fields: object]> {
  const error = await promise.catch((thrown: unknown) => thrown)
  if (error instanceof S3Error) return [error.code, error.fields]
  throw new Error(`no S3Error: ${String(error)}`)
}

const file: FormPart = ['file', { name: 'a.txt', content: 'content' }]

describe('a form', () => {
  it('is read whatever its chunks', async () => {
    const content = Buffer.from(`\r\n------formboundary7MA4YWxkTrZu0g\r\n--\r\n\r\n\u0000${'ä'.repeat(50)}`)
    const body = formBody([
      ['Key', 'schlüssel'],
      ['x-amz-meta-Ä', ''],
      ['file', { name: 'C:\\fake"path\\ü.txt'.replace('"', '%22'), type: 'text/plain', content }],
      ['later', 'ignored'],
    ])
    for (let chunkBytes = 1; chunkBytes < 80; chunkBytes++) {
      expect(await read(body, chunkBytes)).toEqual({
        fields: { key: 'schlüssel', 'x-amz-meta-ä': '' },
        fileName: 'C:\\fake%22path\\ü.txt',
        content,
      })
    }
  })

  it('may give its file as text', async () => {
    expect(await read(formBody([['file', 'text of a file']]))).toMatchObject({
      fileName: '',
      content: Buffer.from('text of a file'),
    })
  })

  it('has its file in a field of that name, in any case', async () => {
    const form = formBody([
      ['photo', { name: 'a.png', content: 'no file for S3' }],
      ['FILE', { content: 'x' }],
    ])
    expect(await read(form)).toMatchObject({ fields: { photo: 'no file for S3' }, content: Buffer.from('x') })
  })

  it('joins what it says twice', async () => {
    expect(await read(formBody([['a', '1'], ['A', '2'], file]))).toMatchObject({ fields: { a: '1,2' } })
  })

  it.each(['multipart/form-data; boundary=B', 'Multipart/Form-Data;charset=utf-8; boundary="B"'])(
    'has the boundary of %s',
    async (contentType) => {
      expect(await read(formBody([file], 'B'), 7, contentType)).toMatchObject({
        content: Buffer.from('content'),
      })
    },
  )

  it('may have a preamble and an epilogue', async () => {
    const form = Buffer.concat([Buffer.from('preamble\r\n'), formBody([file]), Buffer.from('epilogue')])
    expect(await read(form)).toMatchObject({ content: Buffer.from('content') })
  })
})

describe('before its file', () => {
  /** A form whose file begins so many bytes after its start. */
  const formOf = (sizeBytes: number): Buffer => {
    const rest = formBody([['a', ''], file]).indexOf('content')
    return formBody([['a', 'x'.repeat(sizeBytes - rest)], file])
  }
  it.each([1, 1000, 65_536])('a form has 20 KB, in chunks of %i bytes', async (chunkBytes) => {
    expect(await read(formOf(20_480), chunkBytes)).toMatchObject({ content: Buffer.from('content') })
    expect(await errorOf(read(formOf(20_481), chunkBytes))).toEqual([
      'MaxPostPreDataLengthExceededError',
      { MaxPostPreDataLengthBytes: '20480' },
    ])
  })
  it.each([
    ['one long name', [['x'.repeat(30_000), '']]],
    ['many fields', Array.from({ length: 3000 }, (_, index) => [`f${index}`, ''])],
    ['no boundary at all', []],
  ] as [string, FormPart[]][])('has no more in %s', async (_, parts) => {
    const form = Buffer.concat([Buffer.alloc(parts.length > 0 ? 0 : 30_000, 'x'), formBody([...parts, file])])
    expect((await errorOf(read(form)))[0]).toBe('MaxPostPreDataLengthExceededError')
  })
})

describe('what is no form', () => {
  const whole = formBody([['key', 'k'], file])
  it('is refused wherever it breaks off', async () => {
    const end = whole.lastIndexOf('--')
    for (let length = 0; length < end; length++) {
      const code = (await errorOf(read(whole.subarray(0, length))))[0]
      expect(['MalformedPOSTRequest', 'InvalidArgument']).toContain(code)
    }
    expect(await read(whole.subarray(0, end + 2))).toMatchObject({ content: Buffer.from('content') })
  })
  it.each(['multipart/form-data', 'multipart/form-data; boundary'])('is refused: %s', async (contentType) => {
    expect((await errorOf(read(whole, 100, contentType)))[0]).toBe('MalformedPOSTRequest')
  })
  it('is one without a file', async () => {
    expect(await errorOf(read(formBody([['key', 'k']])))).toEqual([
      'InvalidArgument',
      { ArgumentName: 'file', ArgumentValue: '0' },
    ])
  })
  it('is one that ends at once', async () => {
    expect((await errorOf(read(formBody([]))))[0]).toBe('InvalidArgument')
    expect((await errorOf(read(Buffer.alloc(0))))[0]).toBe('MalformedPOSTRequest')
    const noBoundary = 'multipart/form-data; boundary='
    expect((await errorOf(read(whole, 100, noBoundary)))[0]).toBe('InvalidArgument')
  })
  it('is one with two', async () => {
    expect((await errorOf(read(formBody([file, ['key', 'k'], file]))))[0]).toBe(
      'IncorrectNumberOfFilesInPostRequest',
    )
  })

  it('fails in no other way', { timeout: 60_000 }, async () => {
    const pieces = fc.constantFrom(
      '----formboundary7MA4YWxkTrZu0gW',
      '--',
      '\r\n',
      '\r\n\r\n',
      '\n',
      'Content-Disposition: form-data; name="file"; filename="a"',
      "Content-Disposition: form-data; name*=utf-8''a",
      'Content-Disposition: form-data',
      'Content-Disposition: attachment; name=file',
      'Content-Type: text/plain; charset=utf-16le',
      'Content-Transfer-Encoding: base64',
      'name="key"',
      '%',
      '"',
      '\\',
      '\u0000',
      'x'.repeat(9000),
    )
    const bytes = fc
      .array(fc.oneof({ weight: 5, arbitrary: pieces }, fc.string({ unit: 'binary' })), { maxLength: 40 })
      .map((list) => Buffer.from(list.join('')))
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 5000 }), async (form, chunkBytes) => {
        const result = await read(form, chunkBytes).catch((error: unknown) => error)
        expect(result instanceof S3Error || Object.hasOwn(Object(result) as object, 'content')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

it('reads no further than it is asked to, and leaves the source', async () => {
  let givenBytes = 0
  let isLeft = false
  async function* source() {
    try {
      yield formBody([file]).subarray(0, -20)
      for (;;) {
        givenBytes += 65_536
        yield Buffer.alloc(65_536)
      }
    } finally {
      isLeft = true
    }
  }
  const parts = await formParts(formContentType, source())
  expect(givenBytes).toBe(0)
  for await (const chunk of parts.file) if (chunk.length > 1000 && givenBytes > 1_000_000) break
  expect(givenBytes).toBeLessThan(1_200_000)
  expect(isLeft).toBe(true)
})
