/** The first line of every document. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

const special = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/
const everySpecial = new RegExp(special.source, 'g')
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/**
 * Escapes text for an element or an attribute. Characters that XML 1.0 has no place for become numeric references, as in
 * S3: a listing of such keys is not XML that every parser takes, which `encoding-type=url` is for.
 */
export function escapeXml(text: string): string {
  return special.test(text) ? text.replaceAll(everySpecial, escapeCharacter) : text
}

function escapeCharacter(character: string): string {
  return entities[character] ?? `&#x${character.charCodeAt(0).toString(16)};`
}
