import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { countTurns } from '../../../../tests/support/count-turns.ts'
import { readXml, readXmlInTurns, type XmlElement } from './xml-reader.ts'
import { escapeXml, xmlDeclaration } from './xml-writer.ts'

const read = (text: string): XmlElement => readXml(Buffer.from(text))
const malformed = expect.objectContaining({ code: 'MalformedXML' }) as Error

describe('documents', () => {
  it('become a tree of local names, attributes and text', () => {
    const root = read(`${xmlDeclaration}<!-- c -->
      <s3:Grant xmlns:s3="urn:x" xmlns="urn:y"><Grantee xsi:type='A &amp; B' xmlns:xsi="urn:z"/><A>1</A ></s3:Grant >
      <!-- end -->`)
    expect(root.name).toBe('Grant')
    expect({ ...root.attributes }).toEqual({})
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ['Grantee', ''],
      ['A', '1'],
    ])
    expect({ ...root.children[0]?.attributes }).toEqual({ type: 'A & B' })
  })

  it('have text of references, sections and plain characters', () => {
    expect(
      read('<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#x1;<![CDATA[<&]]]><!-- - -->é\r\n</a>').text,
    ).toBe(`<>&"'A😀\u0001<&]é\n`)
  })

  it('that are large are read in turns, to the same', async () => {
    const part = '<Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part>'
    const document = Buffer.from(`<List>${part.repeat(10_000)}</List>`)
    const { turns, result } = await countTurns(() => readXmlInTurns(document))
    expect(result).toEqual(readXml(document))
    // 60,000 tags.
    expect(turns).toBeGreaterThanOrEqual(5)
    await expect(readXmlInTurns(document.subarray(0, -1))).rejects.toEqual(malformed)
  })

  it('may say that they are UTF-8 and begin with its mark', () => {
    expect(read("\ufeff<?xml version='1.0' encoding='utf-8' standalone=\"yes\" ?><a/>").name).toBe('a')
  })
})

describe('hostile documents', () => {
  const entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['a declaration alone', xmlDeclaration],
    ['text alone', 'hello'],
    ['JSON', '{"a":1}'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['exploding entities', `<!DOCTYPE a [${entities}]><a>&b;</a>`],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity from the prototype', '<a>&constructor;</a>'],
    ['a reference without an end', '<a>&amp</a>'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['a reference to nothing', '<a>&#0;</a>'],
    ['a reference to half a character', '<a>&#xD800;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a processing instruction', '<?php x ?><a/>'],
    ['an instruction inside', '<a><?x y?></a>'],
    ['a late declaration', '<a/><?xml version="1.0"?>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['an unclosed element', '<a><b></b>'],
    ['crossed elements', '<a><b></a></b>'],
    ['a longer end tag', '<a></ab>'],
    ['an end tag alone', '</a>'],
    ['an unclosed tag', '<a'],
    ['an unclosed comment', '<a><!-- </a>'],
    ['hyphens in a comment', '<a><!-- -- --></a>'],
    ['an unclosed section', '<a><![CDATA[ </a>'],
    ['a section outside', '<![CDATA[x]]><a/>'],
    ['the end of a section in text', '<a>]]></a>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['a tag in an attribute', '<a b="<"/>'],
    ['a name of digits', '<1/>'],
    ['a name of two colons', '<a:b:c/>'],
    ['a control character', '<a>\u0001</a>'],
    ['a null character', '<a>\u0000</a>'],
    ['no character', '<a>\uffff</a>'],
    ['deep nesting', '<a>'.repeat(33) + '</a>'.repeat(33)],
    ['very deep nesting', '<a>'.repeat(1_000_000)],
    ['many elements', `<a>${'<b/>'.repeat(200_000)}</a>`],
    ['many attributes', `<a ${Array.from({ length: 17 }, (_, index) => `b${index}=""`).join(' ')}/>`],
  ])('%s', (_, text) => {
    expect(() => read(text)).toThrow(malformed)
  })

  it('bytes that are not UTF-8', () => {
    expect(() => readXml(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e))).toThrow(malformed)
    expect(() => readXml(Buffer.from('<a/>', 'utf16le'))).toThrow(malformed)
  })

  it('long runs of white space cost time in proportion', () => {
    const spaces = ' '.repeat(200_000)
    for (const text of [`<?xml version="1.0"${spaces}x`, `<a${spaces}b${spaces}x`, `<a>${spaces}&`]) {
      expect(() => read(text)).toThrow(malformed)
    }
  })
})

describe('any document', () => {
  it('is read or refused', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '</',
      '/>',
      '<a',
      '<a>',
      '</a>',
      '<b:c>',
      '</b:c>',
      ' x="1"',
      " y='&lt;'",
      '&amp;',
      '&#1;',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?xml version="1.0"?>',
      '<?',
      '?>',
      '<!',
      ' ',
      '\r',
      'text',
      'é',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect([undefined, 'MalformedXML']).toContain(refusalOf(pieces.join('')))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back the text that the writer escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.isWellFormed() && !text.includes('\u0000'))
        const written = `<a b="${escapeXml(text).replaceAll(/[\n\t]/g, ' ')}">${escapeXml(text)}</a>`
        expect(read(written).text).toBe(text)
        expect(read(written).attributes['b']).toBe(text.replaceAll(/[\n\t]/g, ' '))
      }),
      { numRuns: 1000 },
    )
  })
})

function refusalOf(text: string): string | undefined {
  try {
    read(text)
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
  return undefined
}
