import type { RequestBody } from '../../../model/body.ts'

/**
 * Finds out how large a body is that does not say so: small ones are collected, and of those over `mostBytes` the size
 * stays unknown.
 */
export async function measureBody(body: RequestBody, mostBytes: number): Promise<RequestBody> {
  const source = body.bytes[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  while (sizeBytes <= mostBytes) {
    const next = await source.next()
    if (next.done === true) return { ...body, sizeBytes, bytes: joined(chunks) }
    chunks.push(Uint8Array.from(next.value))
    sizeBytes += next.value.length
  }
  return { ...body, bytes: joined(chunks, source) }
}

async function* joined(
  chunks: readonly Uint8Array[],
  rest?: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
    for (let next = await rest?.next(); next && next.done !== true; next = await rest?.next())
      yield next.value
  } finally {
    await rest?.return?.()
  }
}
