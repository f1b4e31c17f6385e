/*
 * The canonical percent-encoding of SigV4 for S3: every byte but A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case
 * digits. Text from the wire is decoded first, so each spelling of the same bytes has one canonical form. Strings hold
 * a byte per character (latin1), as Node delivers them.
 */

const SLASH = 0x2f
const PERCENT = 0x25

const encoded = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
})

/** Text that is canonical as it stands: no character that must be encoded, and none encoded that must not. */
const TEXT = String.raw`[\w.~-]*(?:%(?:[0189A-F][\dA-F]|2[\dABCF]|3[A-F]|40|5[B-E]|60|7[BCDF])[\w.~-]*)*`
const CANONICAL_TEXT = new RegExp(`^${TEXT}$`)
const CANONICAL_QUERY = new RegExp(`^${TEXT}=${TEXT}(?:&${TEXT}=${TEXT})*$`)

/** The canonical form of a raw path. Nothing is normalised: `//`, `.` and `..` are parts of keys. `+` stands for a space. */
export function canonicalPath(path: string): string {
  return /[^\w./~-]/.test(path) ? reencode(path.replaceAll('+', ' '), SLASH) : path
}

/** The same with each `+` as it was sent: what clients sign that take the path of their URL for canonical. */
export function canonicalPathAsSent(path: string): string {
  return path.split('+').map(canonicalPath).join('+')
}

/** The bytes, one a character, that a canonical query name or value stands for. */
export function percentDecodedBytes(canonical: string): string {
  if (!canonical.includes('%')) return canonical
  return canonical.replaceAll(/%([\dA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** Whether all names and values of a raw query are canonical: most are, and one look is cheaper than one at each. */
export function isCanonicalQuery(query: string): boolean {
  return CANONICAL_QUERY.test(query)
}

/** The canonical form of a raw query name or value; `+` stands for a space, as in forms. */
export function canonicalQueryText(text: string): string {
  return CANONICAL_TEXT.test(text) ? text : reencode(text.replaceAll('+', ' '), -1)
}

function reencode(raw: string, kept: number): string {
  const text = /[^\0-\xff]/.test(raw) ? Buffer.from(raw).toString('latin1') : raw
  let result = ''
  let copied = 0
  for (let index = 0; index < text.length; index += 1) {
    const start = index
    let byte = text.charCodeAt(index)
    if (byte === PERCENT) {
      const high = hexDigit(text.charCodeAt(index + 1))
      const low = hexDigit(text.charCodeAt(index + 2))
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low
        index += 2
      }
    }
    const canonical = byte === kept ? '/' : (encoded[byte] ?? '')
    // What is canonical already, nearly everything, is copied in runs.
    if (text.startsWith(canonical, start) && canonical.length === index + 1 - start) continue
    result += text.slice(copied, start) + canonical
    copied = index + 1
  }
  return copied === 0 ? text : result + text.slice(copied)
}

/** The value of a hexadecimal digit; -1 for anything else, NaN included. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
