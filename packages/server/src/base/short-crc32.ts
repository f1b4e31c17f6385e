const STEP_BYTES = 8

/** What a byte does to the remainder that lies so many bytes before the end of a step: 256 for each place. */
const effects = new Int32Array(STEP_BYTES * 256)
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte
  for (let place = 0; place < STEP_BYTES; place++) {
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
    effects[place * 256 + byte] = remainder
  }
}

function effect(place: number, byte: number): number {
  return effects[place * 256 + (byte & 0xff)] ?? 0
}

/**
 * The CRC-32 of zlib and gzip of the bytes from `start` on, going on from that of bytes before them. For a few hundred
 * bytes faster than a call of the native one; for more, slower.
 */
export function shortCrc32(bytes: Uint8Array, start: number, previous: number): number {
  let crc = ~previous
  let at = start
  for (const end = bytes.length - STEP_BYTES; at <= end; at += STEP_BYTES) {
    crc ^=
      byteAt(bytes, at) |
      (byteAt(bytes, at + 1) << 8) |
      (byteAt(bytes, at + 2) << 16) |
      (byteAt(bytes, at + 3) << 24)
    crc =
      effect(7, crc) ^
      effect(6, crc >>> 8) ^
      effect(5, crc >>> 16) ^
      effect(4, crc >>> 24) ^
      effect(3, byteAt(bytes, at + 4)) ^
      effect(2, byteAt(bytes, at + 5)) ^
      effect(1, byteAt(bytes, at + 6)) ^
      effect(0, byteAt(bytes, at + 7))
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ effect(0, crc ^ byteAt(bytes, at))
  return ~crc >>> 0
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
