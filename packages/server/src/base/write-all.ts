/**
 * Hands all the buffers to `writeSome`, which like `writev` may take fewer bytes than it is given: a short write is
 * legal (a nearly full disk) and goes on behind what was taken.
 */
export async function writeAll(
  writeSome: (buffers: readonly Uint8Array[]) => Promise<number>,
  buffers: readonly Uint8Array[],
): Promise<void> {
  let rest = buffers.filter((buffer) => buffer.length > 0)
  while (rest.length > 0) {
    const written = await writeSome(rest)
    // Nothing taken and no error would make this loop spin for ever.
    if (written <= 0) throw new Error('the disk took no bytes and gave no reason')
    rest = dropBytes(rest, written)
  }
}

function dropBytes(buffers: Uint8Array[], count: number): Uint8Array[] {
  let left = count
  const index = buffers.findIndex((buffer) => {
    if (left < buffer.length) return true
    left -= buffer.length
    return false
  })
  if (index < 0) return []
  const [first, ...others] = buffers.slice(index)
  return first ? [first.subarray(left), ...others] : []
}
