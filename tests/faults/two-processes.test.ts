import { expect, it } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { createBucket, getObject, listKeys, putObject, sortedAsKeys } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { codeAt, DEVICE_SECRET } from '../support/one-time-code.ts'
import { rawRequest, type RawAnswer, xmlTexts } from '../support/raw-request.ts'
import { referenceChecksum } from '../support/reference-checksums.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

it('two processes on one data folder work together', { timeout: 120_000 }, async () => {
  await using folder = await temporaryDirectory()
  await using one = await startServerProcess({ dataDirectory: folder.path })
  await using two = await startServerProcess({ dataDirectory: folder.path })
  const bucket = await createBucket(one, 'together')

  // What one acknowledges the other has at once, in both directions, small and large, and again when overwritten.
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    for (const size of [100, 500_000, 50_000, 0]) {
      const body = contentOf(`${from.port} ${size}`, size)
      await putObject(from, bucket, 'passed on', body)
      expect((await getObject(to, bucket, 'passed on')).body.equals(body)).toBe(true)
    }
    await rawRequest(from, { method: 'DELETE', path: `/${bucket}/passed%20on` })
    expect((await getObject(to, bucket, 'passed on')).status).toBe(404)
  }

  // Of those who write at once where nothing is, exactly one wins.
  for (let round = 0; round < 20; round++) {
    const attempts = [one, two, one, two].map((server, index) =>
      rawRequest(server, {
        method: 'PUT',
        path: `/${bucket}/race-${round}`,
        headers: { 'if-none-match': '*' },
        body: `attempt ${index}`,
      }),
    )
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    // S3 answers 409 ConditionalRequestConflict where the race shows, 412 where the winner is already there.
    expect(statuses.filter((status) => ![200, 409, 412].includes(status))).toEqual([])
    const { text } = await getObject(one, bucket, `race-${round}`)
    expect(text).toBe(`attempt ${statuses.indexOf(200)}`)
  }

  // Both write many objects; both see all.
  const keys = Array.from({ length: 200 }, (_, index) => `many/${String(index).padStart(3, '0')}`)
  await Promise.all(keys.map((key, index) => putObject(index % 2 ? one : two, bucket, key, key)))
  const many = (key: string): boolean => key.startsWith('many/')
  expect((await listKeys(one, bucket)).filter(many)).toEqual(sortedAsKeys(keys))
  expect((await listKeys(two, bucket)).filter(many)).toEqual(sortedAsKeys(keys))
})

it('an upload may go through both', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  await using one = await startServerProcess({ dataDirectory: folder.path })
  await using two = await startServerProcess({ dataDirectory: folder.path })
  const bucket = await createBucket(one, 'together')
  const path = `/${bucket}/k`
  const begun = await rawRequest(one, { method: 'POST', path, query: 'uploads' })
  const uploadId = encodeURIComponent(xmlTexts(begun.text, 'UploadId')[0] ?? '')
  const parts = [contentOf('one', 5 * 1024 * 1024), contentOf('two', 100_000)]
  const etags: string[] = []
  for (const [index, body] of parts.entries()) {
    const query = `partNumber=${index + 1}&uploadId=${uploadId}`
    const answer = await rawRequest(index === 0 ? one : two, { method: 'PUT', path, query, body })
    etags.push(answer.headers.etag ?? '')
  }
  const named = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${named.join('')}</CompleteMultipartUpload>`
  const done = await rawRequest(one, { method: 'POST', path, query: `uploadId=${uploadId}`, body })
  expect([done.status, done.errorCode]).toEqual([200, undefined])
  expect((await getObject(two, bucket, 'k')).body.equals(Buffer.concat(parts))).toBe(true)
})

it('one that is killed does not stop the other', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  await using one = await startServerProcess({ dataDirectory: folder.path })
  await using two = await startServerProcess({ dataDirectory: folder.path })
  const bucket = await createBucket(one, 'survivor')
  const writing = Array.from({ length: 50 }, (_, index) =>
    rawRequest(one, {
      method: 'PUT',
      path: `/${bucket}/k${index}`,
      body: contentOf(`k${index}`, index * 2000),
    }),
  )
  await Promise.race(writing)
  await one.end('SIGKILL')
  const settled = await Promise.allSettled(writing)
  for (const [index, result] of settled.entries()) {
    if (result.status === 'rejected' || result.value.status !== 200) continue
    const { body } = await getObject(two, bucket, `k${index}`)
    expect(body.equals(contentOf(`k${index}`, index * 2000))).toBe(true)
  }
  await putObject(two, bucket, 'after', 'alive')
  expect((await getObject(two, bucket, 'after')).text).toBe('alive')
})

it('both count the wrong codes of a device', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  const serialNumber = 'GAHT12345678'
  const accounts = [{ ...mainAccount, mfaDevices: [{ serialNumber, secret: DEVICE_SECRET }] }]
  const options = { dataDirectory: folder.path, config: { accounts } }
  await using one = await startServerProcess(options)
  await using two = await startServerProcess(options)
  const bucket = await createBucket(one, 'guarded')
  const body =
    '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>'
  const enable = (server: ServerProcess, code: string): Promise<RawAnswer> =>
    rawRequest(server, {
      method: 'PUT',
      path: `/${bucket}`,
      query: 'versioning=',
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body), 'x-amz-mfa': `${serialNumber} ${code}` },
    })
  const code = codeAt(new Date())
  const wrong = codeAt(new Date(0)) === code ? codeAt(new Date(86_400_000)) : codeAt(new Date(0))
  for (const server of [one, two, one, two, one]) expect((await enable(server, wrong)).status).toBe(403)
  for (const server of [one, two]) expect((await enable(server, codeAt(new Date()))).status).toBe(403)
  const { text } = await rawRequest(two, { path: `/${bucket}`, query: 'versioning=' })
  expect(text).not.toContain('Enabled')
  expect([one, two].map((server) => server.output().includes('"pauseSeconds":30'))).toEqual([true, false])
})
