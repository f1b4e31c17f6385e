import { bufferOf } from '../base/buffer-of.ts'

/** A key as text, for maps: a character for each byte. */
export function keyText(key: Uint8Array): string {
  return bufferOf(key).toString('latin1')
}
