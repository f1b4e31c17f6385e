/** A message of an event stream. Source: S3 API Reference, "Appendix: SelectObjectContent Response". */
export interface StreamMessage {
  readonly headers: ReadonlyMap<string, string>
  readonly payload: Uint8Array<ArrayBuffer>
}

/** Length of all, length of the headers, CRC of both; a CRC of the whole at the end. */
const PRELUDE_BYTES = 12
const CRC_BYTES = 4

/** The messages as they come. That they come as they were sent is the connection's to see to. */
export async function* streamMessages(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<StreamMessage> {
  let left = new Uint8Array()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      left = joined(left, value)
      let start = 0
      for (let end = endOf(left, start); end !== undefined; end = endOf(left, start)) {
        yield messageOf(left.subarray(start, end))
        start = end
      }
      left = left.slice(start)
    }
  } finally {
    await reader.cancel()
  }
}

function joined(first: Uint8Array<ArrayBuffer>, second: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Where the message that begins at `start` ends; `undefined` where not all of it is there yet. */
function endOf(bytes: Uint8Array, start: number): number | undefined {
  if (bytes.length - start < PRELUDE_BYTES) return undefined
  const end = start + viewOf(bytes).getUint32(start)
  return end <= bytes.length ? end : undefined
}

function messageOf(bytes: Uint8Array<ArrayBuffer>): StreamMessage {
  const payloadStart = PRELUDE_BYTES + viewOf(bytes).getUint32(4)
  return {
    headers: headersOf(bytes.subarray(PRELUDE_BYTES, payloadStart)),
    payload: bytes.subarray(payloadStart, bytes.length - CRC_BYTES),
  }
}

/** Of S3's all are texts. */
function headersOf(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>()
  const view = viewOf(bytes)
  const text = (start: number, length: number): string =>
    new TextDecoder().decode(bytes.subarray(start, start + length))
  for (let at = 0; at < bytes.length;) {
    const nameLength = view.getUint8(at)
    const valueAt = at + nameLength + 4
    const valueLength = view.getUint16(valueAt - 2)
    headers.set(text(at + 1, nameLength), text(valueAt, valueLength))
    at = valueAt + valueLength
  }
  return headers
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
