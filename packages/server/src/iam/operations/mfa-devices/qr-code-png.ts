import { crc32, deflateSync } from 'node:zlib'
import encodeQr from 'qr'

const PIXELS_A_MODULE = 6
/** Source: ISO/IEC 18004, 6.3.8: a quiet zone four modules wide on each side. */
const QUIET_MODULES = 4
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
/** One bit a pixel, in shades of grey. Source: PNG Specification (W3C), 11.2.1. */
const BIT_DEPTH = 1
const GREYSCALE = 0

/** A QR code as a picture in PNG, black on white. */
export function qrCodePng(text: string): Buffer {
  const modules = encodeQr(text, 'raw', { border: QUIET_MODULES, scale: PIXELS_A_MODULE })
  const width = modules[0]?.length ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(modules.length, 4)
  header.set([BIT_DEPTH, GREYSCALE], 8)
  const rows = Buffer.concat(modules.map(rowOf))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Eight pixels a byte, of which 1 is white, behind a byte that says that they are not filtered. */
function rowOf(isBlack: readonly boolean[]): Buffer {
  const row = Buffer.alloc(1 + Math.ceil(isBlack.length / 8))
  isBlack.forEach((black, x) => {
    if (!black) row[1 + (x >> 3)] = (row[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7))
  })
  return row
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(typed), 4)
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
}
