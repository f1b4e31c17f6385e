import { inflateSync } from 'node:zlib'
import decodeQr from 'qr/decode.js'

/** The text of a QR code in a PNG of one bit a pixel without filters and interlace. */
export function readQrCodePng(bytes: Uint8Array): string {
  const png = Buffer.from(bytes)
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at)
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, end))
    at = end + 4
  }
  const header = chunks.get('IHDR') ?? Buffer.alloc(13)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  const rowBytes = rows.length / height
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isWhite = ((rows[y * rowBytes + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
      data.fill(255 * isWhite, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  }
  return decodeQr({ width, height, data })
}
