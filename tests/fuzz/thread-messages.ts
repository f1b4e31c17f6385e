export interface ThreadSettings {
  readonly name: string
  readonly seconds: number
  readonly seed: number
  /** What the thread is at: how many runs, the size of the input, and the input. */
  readonly watch: SharedArrayBuffer
}

export type ThreadMessage =
  | { readonly kind: 'find'; readonly input: Uint8Array; readonly message: string }
  | {
      readonly kind: 'done'
      readonly runs: number
      readonly branches: number
      readonly corpus: readonly Uint8Array[]
    }

const HEAD_BYTES = 8

export function makeWatch(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + 64 * 1024)
}

export function writeWatch(watch: SharedArrayBuffer, input: Uint8Array): void {
  const head = new Uint32Array(watch, 0, 2)
  const bytes = input.subarray(0, watch.byteLength - HEAD_BYTES)
  new Uint8Array(watch, HEAD_BYTES).set(bytes)
  head[1] = bytes.length
  head[0] = (head[0] ?? 0) + 1
}

export function readWatch(watch: SharedArrayBuffer): { readonly runs: number; readonly input: Buffer } {
  const [runs = 0, size = 0] = new Uint32Array(watch, 0, 2)
  return { runs, input: Buffer.from(new Uint8Array(watch, HEAD_BYTES, size)) }
}
