const BLOCK_BYTES = 256 * 1024

/**
 * The same bytes in blocks of one size, the last one shorter, so that what follows has few seams whatever the chunks
 * are. The chunks are lent, and so are the blocks: each is good until the next is asked for.
 */
export async function* inBlocks(
  chunks: AsyncIterable<Uint8Array>,
  blockBytes = BLOCK_BYTES,
): AsyncGenerator<Buffer> {
  const block = Buffer.allocUnsafe(blockBytes)
  let filled = 0
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      const end = Math.min(chunk.length, start + blockBytes - filled)
      block.set(chunk.subarray(start, end), filled)
      filled += end - start
      start = end
      if (filled < blockBytes) continue
      yield block
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}
