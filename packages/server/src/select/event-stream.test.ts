import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { continuationMessage, errorMessage, recordsMessage, statisticsMessage } from './event-stream.ts'

it('a message has its lengths, its headers and its checksums', () => {
  const message = recordsMessage(Buffer.from('a,b\n'))
  expect(message.readUInt32BE(0)).toBe(message.length)
  expect(message.readUInt32BE(8)).toBe(crc32(message.subarray(0, 8)))
  expect(message.readUInt32BE(message.length - 4)).toBe(crc32(message.subarray(0, -4)))
  const headersEnd = 12 + message.readUInt32BE(4)
  expect(message.subarray(headersEnd, -4).toString()).toBe('a,b\n')
  expect(message.subarray(12, headersEnd).toString('latin1')).toBe(
    '\x0b:event-type\x07\x00\x07Records\x0d:content-type\x07\x00\x18application/octet-stream\x0d:message-type\x07\x00\x05event',
  )
})

// Source: S3 API Reference, "Appendix: SelectObjectContent Response".
it('statistics are a document', () => {
  const message = statisticsMessage('Stats', { BytesScanned: 512, BytesProcessed: 1024, BytesReturned: 7 })
  expect(message.toString('latin1')).toContain(
    '<?xml version="1.0" encoding="UTF-8"?><Stats><BytesScanned>512</BytesScanned><BytesProcessed>1024</BytesProcessed><BytesReturned>7</BytesReturned></Stats>',
  )
})

it('a message that the answer goes on has no payload, and one of an error says which', () => {
  expect(continuationMessage().toString('latin1')).toContain('\x00\x04Cont')
  const error = errorMessage('CastFailed', 'No number.').toString('latin1')
  expect(error).toContain(':error-code\x07\x00\x0aCastFailed')
  expect(error).toContain(':error-message\x07\x00\x0aNo number.')
  expect(error).toContain(':message-type\x07\x00\x05error')
})
