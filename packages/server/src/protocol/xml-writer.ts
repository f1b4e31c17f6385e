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

function reference(code: number): string {
  return `&#x${code.toString(16)};`
}
