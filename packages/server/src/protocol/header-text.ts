const foreign = /[\u0080-\uffff]/
const unprintable = /[^\u0020-\u007e]/
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/g
const encodedWord = /=\?([\w-]+)\?([BbQq])\?([^?\s]*)\?=/g
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

/** User metadata is decoded as RFC 2047 says. Source: Working with object metadata, "User-defined object metadata". */
export function decodeMetadata(value: string): string {
  const text = decodeHeaderText(value)
  if (!text.includes('=?')) return text
  // White space between two encoded words is none of the text.
  return text.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(encodedWord, decodeWord)
}

/** User metadata beyond printable ASCII goes out as RFC 2047 says. Source: the same. */
export function encodeMetadata(text: string): string {
  return unprintable.test(text) ? `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=` : text
}

function decodeWord(whole: string, charset: string, encoding: string, content: string): string {
  const bytes = encoding.toUpperCase() === 'B' ? Buffer.from(content, 'base64') : decodeQ(content)
  switch (charset.toLowerCase()) {
    case 'utf-8':
    case 'us-ascii':
      return decodeBytes(bytes) ?? whole
    case 'iso-8859-1':
      return bytes.toString('latin1')
    default:
      return whole
  }
}

function decodeQ(content: string): Buffer {
  const characters = content
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(characters, 'latin1')
}

function decodeBytes(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
