import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { S3Object } from '@holdfast/resources'
import { describe, expect, it } from 'vitest'
import { recordingClient } from './recording-client.ts'

const content = Buffer.from('what the object holds')

/** Answers GetObject with bodies that end like this in turn; the last way stays. */
function bodies(...ends: ('whole' | 'broken' | 'short')[]) {
  return recordingClient(({ operation }) => {
    if (operation === 'HeadObject') return { ContentLength: content.length, ETag: '"e"' }
    const end = ends.length > 1 ? ends.shift() : ends[0]
    return { Body: bodyWith(end) }
  })
}

async function* bodyWith(end: string | undefined) {
  yield content.subarray(0, 5)
  if (end === 'broken') throw new Error('the connection broke')
  if (end === 'whole') yield content.subarray(5)
}

async function download(client: ReturnType<typeof bodies>['client']) {
  const stream = new PassThrough()
  const output = await new S3Object('b', 'k', client).downloadFileobj(stream)
  return { ...output, text: await text(stream.end()) }
}

describe('a download whose body breaks off', () => {
  it('asks for the range again, of the same object', async () => {
    const { client, requests } = bodies('broken', 'short', 'whole')
    expect(await download(client)).toMatchObject({ text: content.toString(), verified: undefined })
    const input = { Bucket: 'b', Key: 'k', IfMatch: '"e"', Range: `bytes=0-${content.length - 1}` }
    const request = { operation: 'GetObject', input }
    expect(requests.slice(1)).toEqual([request, request, request])
  })

  it.each([
    ['broken', 'the connection broke'],
    ['short', '5 bytes came of a range of 21'],
  ] as const)('gives up after five times: %s', async (end, message) => {
    const { client, requests } = bodies(end)
    await expect(download(client)).rejects.toThrow(message)
    expect(requests).toHaveLength(1 + 5)
  })
})
