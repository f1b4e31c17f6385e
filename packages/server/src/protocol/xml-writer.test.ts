import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GrowingBytes } from '../base/growing-bytes.ts'
import { escapeXml, writeXmlText } from './xml-writer.ts'

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const special = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g

it('escapes what XML has no place for, wherever it stands, and nothing else', () => {
  const units = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
  const marked = fc.constantFrom(
    '&',
    '<',
    '>',
    '"',
    '\r',
    '\n',
    '\u007f',
    '\u009f',
    '\ufffe',
    '\uffff',
    '\u00e4',
  )
  const texts = fc.array(fc.oneof(units, marked, fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      const expected = text.replaceAll(
        special,
        (character) => named[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
      )
      expect(escapeXml(text)).toBe(expected)
      const written = new GrowingBytes()
      writeXmlText('before', written)
      writeXmlText(text, written)
      expect(written.copy()).toEqual(Buffer.from(`before${expected}`))
    }),
  )
})
