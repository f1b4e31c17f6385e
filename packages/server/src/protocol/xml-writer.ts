import type { GrowingBytes } from '../base/growing-bytes.ts'

/** The first line of every document. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const special = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/

const FIRST_NONCHARACTER = 0xfffe

/** By code unit, up to where nothing is special any more but the two at the very end. */
const escapes = Array.from({ length: 0xa0 }, (_, code) => {
  const character = String.fromCharCode(code)
  return special.test(character) ? (entities[character] ?? reference(code)) : undefined
})

/**
 * Escapes text for an element or an attribute. Characters that XML 1.0 has no place for become numeric references, as in
 * S3: a listing of such keys is not XML that every parser takes, which `encoding-type=url` is for.
 */
export function escapeXml(text: string): string {
  let escaped = ''
  let from = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= escapes.length && code < FIRST_NONCHARACTER) continue
    const escape = code < escapes.length ? escapes[code] : reference(code)
    if (escape === undefined) continue
    escaped += text.slice(from, index) + escape
    from = index + 1
  }
  return from === 0 ? text : escaped + text.slice(from)
}

/** The longest escape: that of U+FFFE. */
const MOST_ESCAPED_BYTES = 8
/** By byte: 1 where it is not what stands for it in a document, or part of a character beyond ASCII. */
const isSpecial = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x80 || escapes[code] !== undefined ? 1 : 0,
)

/** Appends what {@link escapeXml} makes of a text, in UTF-8: faster, as long as the text is ASCII. */
export function writeXmlText(text: string, target: GrowingBytes): void {
  target.makeRoom(MOST_ESCAPED_BYTES * text.length)
  const { buffer, end: start } = target
  let end = start
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) return target.utf8(escapeXml(text))
    if (isSpecial[code] === 0) buffer[end++] = code
    else end += buffer.write(escapes[code] ?? '', end, 'latin1')
  }
  target.end = end
}

/** Whether bytes are ASCII that stands for itself in a document. */
export function isPlainXml(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (isSpecial[bytes[at] ?? 0] !== 0) return false
  return true
}

function reference(code: number): string {
  return `&#x${code.toString(16)};`
}
