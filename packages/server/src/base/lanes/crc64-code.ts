import { get, repeatWhile, set, vectors, type WasmFunction, word, words } from './wasm-module.ts'

export const VECTOR_BYTES = 16

/**
 * How far before a vector those lie that are folded into it, in vectors.
 *
 * The polynomial P of CRC64NVME divides Q = x^299 + x^276 + x^272 + x^218 + x^116 + x^113 + x^98 + x^85 + x^78 + x^52 +
 * x^4 + 1, the sparsest multiple of so low a degree that a search by the birthday paradox found. As squaring is linear
 * over GF(2), P also divides Q(x^128): a vector of 128 bits may be taken away from a message where it is added to eleven
 * behind it, these distances away. So nothing of the length of the message is multiplied or looked up.
 * The idea is Sam Russell's: "Chorba: A novel CRC32 implementation", arXiv 2412.16398.
 */
export const FOLD_DISTANCES = [23, 27, 81, 183, 186, 201, 214, 221, 247, 295, 299] as const
/** So many vectors are left when all before have been folded away. */
export const LEFT_VECTORS = 299

/** As many as the nearest distance lets be done at once. */
export const UNROLLED = 8

/**
 * `(left, data, vectors)`: folds the vectors, a multiple of eight, one behind the other; each result is written behind
 * the `LEFT_VECTORS` that lie at `left`, which are the results before.
 */
export function foldCrc64(): WasmFunction {
  const [left, data, count] = [0, 1, 2]
  const body = [
    Array.from({ length: UNROLLED }, (_, index) => {
      const own = vectors.load(get(data), index * VECTOR_BYTES)
      const at = (distance: number): number => (LEFT_VECTORS - distance + index) * VECTOR_BYTES
      const sum = FOLD_DISTANCES.reduce(
        (code, distance) => vectors.xor(code, vectors.load(get(left), at(distance))),
        own,
      )
      return vectors.store(get(left), sum, at(0))
    }),
    set(left, words.add(get(left), word(UNROLLED * VECTOR_BYTES))),
    set(data, words.add(get(data), word(UNROLLED * VECTOR_BYTES))),
    set(count, words.add(get(count), word(-UNROLLED))),
  ]
  return { name: 'foldCrc64', parameters: 3, body: repeatWhile(get(count), body) }
}
