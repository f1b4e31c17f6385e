import { crc32 } from 'node:zlib'

/*
 * Messages of an event stream: the lengths of all and of the headers, their CRC32, headers, payload, and the CRC32 of everything
 * before. Source: S3 API Reference, "Appendix: SelectObjectContent Response".
 */
const PRELUDE_BYTES = 12
const CRC_BYTES = 4
const STRING = 7

export type Statistics = Readonly<Record<'BytesScanned' | 'BytesProcessed' | 'BytesReturned', number>>

export function recordsMessage(records: Uint8Array): Buffer {
  return eventMessage('Records', 'application/octet-stream', records)
}

/** Says that the answer goes on, so that nobody takes the connection for dead. */
export function continuationMessage(): Buffer {
  return eventMessage('Cont')
}

export function statisticsMessage(type: 'Progress' | 'Stats', statistics: Statistics): Buffer {
  const elements = Object.entries(statistics).map(([name, value]) => `<${name}>${value}</${name}>`)
  const document = `<?xml version="1.0" encoding="UTF-8"?><${type}>${elements.join('')}</${type}>`
  return eventMessage(type, 'text/xml', Buffer.from(document))
}

/** The last message of an answer that is whole. */
export function endMessage(): Buffer {
  return eventMessage('End')
}

/** The last message of an answer that failed after it had begun. */
export function errorMessage(code: string, message: string): Buffer {
  return encode({ ':error-code': code, ':error-message': message, ':message-type': 'error' })
}

function eventMessage(type: string, contentType?: string, payload?: Uint8Array): Buffer {
  const headers = {
    ':event-type': type,
    ...(contentType && { ':content-type': contentType }),
    ':message-type': 'event',
  }
  return encode(headers, payload)
}

function encode(headers: Readonly<Record<string, string>>, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)))
  const totalBytes = PRELUDE_BYTES + head.length + payload.length + CRC_BYTES
  const message = Buffer.allocUnsafe(totalBytes)
  message.writeUInt32BE(totalBytes, 0)
  message.writeUInt32BE(head.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  message.set(head, PRELUDE_BYTES)
  message.set(payload, PRELUDE_BYTES + head.length)
  message.writeUInt32BE(crc32(message.subarray(0, totalBytes - CRC_BYTES)), totalBytes - CRC_BYTES)
  return message
}

function encodeHeader(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
  const header = Buffer.allocUnsafe(nameBytes.length + valueBytes.length + 4)
  header.writeUInt8(nameBytes.length, 0)
  header.set(nameBytes, 1)
  header.writeUInt8(STRING, nameBytes.length + 1)
  header.writeUInt16BE(valueBytes.length, nameBytes.length + 2)
  header.set(valueBytes, nameBytes.length + 4)
  return header
}
