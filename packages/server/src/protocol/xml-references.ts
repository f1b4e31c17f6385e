import { malformed } from './malformed-xml.ts'

const entities: Readonly<Record<string, string | undefined>> = Object.assign(
  Object.create(null) as Record<string, string>,
  { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
)
const numericReference = /^#(?:(\d{1,7})|x([0-9A-Fa-f]{1,6}))$/
const longestReference = 9

/** Puts characters for the five entities and for numeric references. Throws `MalformedXML` for any other ampersand. */
export function resolveReferences(raw: string): string {
  let ampersand = raw.indexOf('&')
  if (ampersand < 0) return raw
  let text = ''
  let done = 0
  while (ampersand >= 0) {
    const end = raw.indexOf(';', ampersand)
    if (end < 0 || end - ampersand > longestReference) throw malformed()
    const name = raw.slice(ampersand + 1, end)
    text += raw.slice(done, ampersand) + (entities[name] ?? numbered(name))
    done = end + 1
    ampersand = raw.indexOf('&', done)
  }
  return text + raw.slice(done)
}

function numbered(name: string): string {
  const match = numericReference.exec(name)
  if (match === null) throw malformed()
  const [, decimal, hexadecimal = ''] = match
  const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  if (!isCharacter) throw malformed()
  return String.fromCodePoint(code)
}
