import { isAscii, isUtf8 } from 'node:buffer'
import { S3Error } from '../../../model/s3-error.ts'
import { inBlocks } from './blocks.ts'

const BYTE_ORDER_MARK = '\u{feff}'
/** A character of UTF-8 has at most so many bytes. */
const MOST_BYTES = 4

/** The text of the bytes in pieces of some 100 KiB, cut between characters. */
export async function* utf8Text(
  chunks: AsyncIterable<Uint8Array>,
  blockBytes?: number,
): AsyncGenerator<string> {
  let cut: Buffer = Buffer.alloc(0)
  for await (const block of inBlocks(chunks, blockBytes)) {
    const bytes = cut.length === 0 ? block : Buffer.concat([cut, block])
    const end = endOfCharacters(bytes)
    const text = decodeUtf8(bytes.subarray(0, end))
    cut = Buffer.from(bytes.subarray(end))
    yield text
  }
  if (cut.length > 0) throw new S3Error('InvalidTextEncoding')
}

/** The text without the byte order mark that it may begin with. */
export async function* withoutMark(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true
  for await (const text of texts) {
    yield isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
    isFirst = isFirst && text === ''
  }
}

export function decodeUtf8(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (!isUtf8(bytes)) throw new S3Error('InvalidTextEncoding')
  return bytes.toString('utf8')
}

/** Where the last character ends that is whole. */
function endOfCharacters(bytes: Buffer): number {
  const { length } = bytes
  for (let at = length - 1; at >= 0 && at >= length - MOST_BYTES; at--) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) return length
    if (byte >= 0xc0) return at + bytesOfCharacter(byte) > length ? at : length
  }
  return length
}

function bytesOfCharacter(first: number): number {
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}
