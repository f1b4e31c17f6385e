const foreign = /[\u0080-\uffff]/
const unprintable = /[^\u0020-\u007e]/
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/g
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A header's value as text: its bytes, which Node gives as Latin-1, are UTF-8 where they can be. */
export function decodeHeaderText(value: string): string {
  return foreign.test(value) ? (decodeBytes(Buffer.from(value, 'latin1')) ?? value) : value
}

/** The reverse: UTF-8 bytes as the Latin-1 string that Node sends. Never ends the header early. */
export function encodeHeaderText(text: string): string {
  if (!unprintable.test(text)) return text
  return Buffer.from(text.replaceAll(control, ' '), 'utf8').toString('latin1')
}

function decodeBytes(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
