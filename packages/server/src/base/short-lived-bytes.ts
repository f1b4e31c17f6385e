const PIECE_BYTES = 64 * 1024
const ALIGNMENT_BYTES = 8
let piece = Buffer.alloc(0)
let usedBytes = 0

/**
 * Bytes for what is over in moments, a commit under way for example, with whatever is in them. They are cut from larger
 * pieces: memory of its own for a few thousand bytes, and its end, cost a microsecond and more. To be kept for long they
 * have to be copied, or they keep all of their piece.
 */
export function shortLivedBytes(sizeBytes: number): Buffer {
  if (sizeBytes > PIECE_BYTES / 4) return Buffer.allocUnsafeSlow(sizeBytes)
  if (usedBytes + sizeBytes > piece.length) {
    piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    usedBytes = 0
  }
  const bytes = piece.subarray(usedBytes, usedBytes + sizeBytes)
  usedBytes += Math.ceil(sizeBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
  return bytes
}
