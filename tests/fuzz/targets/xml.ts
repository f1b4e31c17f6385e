import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { readXml, type XmlElement } from '../../../packages/server/src/protocol/xml-reader.ts'
import { escapeXml } from '../../../packages/server/src/protocol/xml-writer.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

/** The XML reader: what it takes says the same when it is written and read again. */
export const xml: FuzzTarget = {
  seeds: [
    '<?xml version="1.0" encoding="UTF-8"?>\n<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet/></Tagging>',
    '<a:A b=\'1\' xmlns:x="u"><!-- c --><B>&lt;&#x41;&#10;&amp;</B>\r\n<![CDATA[<&]]></a:A>',
    "<?xml version='1.1' standalone='yes'?><A><B><C><D>text</D></C></B></A>",
    '<Delete><Quiet>true</Quiet><Object><Key>k</Key></Object></Delete>',
  ],
  words: [
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<?pi ?>',
    '&#0;',
    '&#xfffe;',
    ']]>',
    'encoding="utf-16"',
    '\xef\xbb\xbf',
  ],
  run(bytes) {
    const { value } = outcomeOf(
      () => readXml(bytes),
      (error) => error instanceof S3Error && error.code === 'MalformedXML',
    )
    if (value) assert.deepEqual(withoutOrder(readXml(Buffer.from(textOf(value)))), withoutOrder(value))
  },
}

function textOf({ name, attributes, text, children }: XmlElement): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  return `<${name}${pairs.join('')}>${escapeXml(text)}${children.map(textOf).join('')}</${name}>`
}

/** Attributes of one local name and two prefixes cannot both be written; the reader keeps one. */
function withoutOrder({ name, attributes, text, children }: XmlElement): unknown {
  return { name, attributes: { ...attributes }, text, children: children.map(withoutOrder) }
}
