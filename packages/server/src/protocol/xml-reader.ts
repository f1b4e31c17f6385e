import { Turns } from '../base/turns.ts'
import { malformed } from './malformed-xml.ts'
import { resolveReferences } from './xml-references.ts'

/** An element of a document. Names are local names: prefixes and namespaces are dropped. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** All text directly in it, references resolved. */
  readonly text: string
}

interface OpenElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  children: readonly XmlElement[]
  text: string
}

/** Far above any document of S3: 10,000 parts with a checksum each make 40,001 elements. */
const limits = { depth: 32, elements: 200_000, attributes: 16 }
const noAttributes: Readonly<Record<string, string>> = Object.freeze({})
const noChildren: readonly XmlElement[] = Object.freeze([])
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
const declaration =
  /^<\?xml\s+version\s*=\s*(?:"1\.[01]"|'1\.[01]')(?:\s+encoding\s*=\s*(?:"([^"<&]*)"|'([^'<&]*)'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/
const attribute = /\s+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
/** By character code: 1 where a name may begin with it, 2 where it may go on with it. */
const nameCharacters = tableOfNameCharacters()
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a whole document into a tree. Takes UTF-8 only, no document type, no processing instruction, the five entities
 * and numeric references; references to control characters are taken although XML 1.0 has no place for them, because
 * keys may hold them. Throws `MalformedXML` for all else and for documents beyond its limits.
 */
export function readXml(bytes: Uint8Array): XmlElement {
  const reader = new XmlReader(decode(bytes))
  while (!reader.isAtEnd) reader.next()
  return reader.root()
}

/** Tags and texts that are read in a few milliseconds. */
const SLICE = 10_000
const turns = new Turns(SLICE)

/** The same of a large document, in slices with a turn for each. */
export async function readXmlInTurns(bytes: Uint8Array): Promise<XmlElement> {
  const reader = new XmlReader(decode(bytes))
  while (!reader.isAtEnd) {
    await turns.take(SLICE)
    for (let count = 0; count < SLICE && !reader.isAtEnd; count++) reader.next()
  }
  return reader.root()
}

function decode(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes)
    return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
  } catch (cause) {
    throw malformed(cause)
  }
}

class XmlReader {
  readonly #text: string
  readonly #open: OpenElement[] = []
  /** The names of the open elements as they were written. */
  readonly #openNames: string[] = []
  #at = 0
  #elements = 0
  #root: XmlElement | undefined

  constructor(text: string) {
    this.#text = text
    if (forbidden.test(text)) throw malformed()
    this.#declaration()
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** Of the document that was read to its end. */
  root(): XmlElement {
    if (this.#root === undefined || this.#open.length > 0) throw malformed()
    return this.#root
  }

  #declaration(): void {
    const match = declaration.exec(this.#text)
    if (match === null) return
    const encoding = (match[1] ?? match[2] ?? 'utf-8').toLowerCase()
    if (encoding !== 'utf-8' && encoding !== 'us-ascii') throw malformed()
    this.#at = match[0].length
  }

  /** Goes on to the end of the next tag. */
  next(): void {
    const tag = this.#text.indexOf('<', this.#at)
    const end = tag < 0 ? this.#text.length : tag
    if (end > this.#at) this.#characters(this.#text.slice(this.#at, end))
    this.#at = end
    if (tag >= 0) this.#markup()
  }

  #characters(raw: string): void {
    const parent = this.#open.at(-1)
    if (parent === undefined) {
      if (raw.trim() !== '') throw malformed()
      return
    }
    if (raw.includes(']]>')) throw malformed()
    const text = resolveReferences(raw)
    parent.text = parent.text === '' ? text : parent.text + text
  }

  #markup(): void {
    const code = this.#text.charCodeAt(this.#at + 1)
    if (code === 0x2f) this.#close()
    else if (code === 0x21) this.#commentOrData()
    else this.#start()
  }

  #start(): void {
    this.#at++
    const qualifiedName = this.#name()
    const attributes = this.#attributes()
    this.#skipSpace()
    const isEmpty = this.#text.charCodeAt(this.#at) === 0x2f
    if (isEmpty) this.#at++
    this.#expectEndOfTag()
    if (++this.#elements > limits.elements || this.#open.length >= limits.depth) throw malformed()
    if (this.#root !== undefined && this.#open.length === 0) throw malformed()
    const element = { name: localName(qualifiedName), attributes, children: noChildren, text: '' }
    this.#adopt(element)
    if (isEmpty) return
    this.#open.push(element)
    this.#openNames.push(qualifiedName)
  }

  /** A name with at most one colon, inside it. */
  #name(): string {
    const start = this.#at
    this.#namePart()
    if (this.#text.charCodeAt(this.#at) === 0x3a) {
      this.#at++
      this.#namePart()
    }
    return this.#text.slice(start, this.#at)
  }

  #namePart(): void {
    if (nameCharacters[this.#text.charCodeAt(this.#at)] !== 1) throw malformed()
    do this.#at++
    while ((nameCharacters[this.#text.charCodeAt(this.#at)] ?? 0) > 0)
  }

  #expectEndOfTag(): void {
    if (this.#text.charCodeAt(this.#at) !== 0x3e) throw malformed()
    this.#at++
  }

  #adopt(element: XmlElement): void {
    const parent = this.#open.at(-1)
    if (parent === undefined) this.#root = element
    else if (parent.children === noChildren) parent.children = [element]
    else (parent.children as XmlElement[]).push(element)
  }

  #attributes(): Readonly<Record<string, string>> {
    if (!isSpace(this.#text.charCodeAt(this.#at))) return noAttributes
    const attributes = Object.create(null) as Record<string, string>
    const seen = new Set<string>()
    for (;;) {
      attribute.lastIndex = this.#at
      const match = attribute.exec(this.#text)
      if (match === null) return attributes
      const [whole, qualifiedName = '', quoted, apostrophed] = match
      if (seen.has(qualifiedName) || seen.size >= limits.attributes) throw malformed()
      seen.add(qualifiedName)
      this.#at += whole.length
      const value = resolveReferences(quoted ?? apostrophed ?? '')
      if (!isNamespace(qualifiedName)) attributes[localName(qualifiedName)] = value
    }
  }

  #close(): void {
    const qualifiedName = this.#openNames.pop()
    const start = this.#at + 2
    if (qualifiedName === undefined || !this.#text.startsWith(qualifiedName, start)) throw malformed()
    this.#open.pop()
    this.#at = start + qualifiedName.length
    this.#skipSpace()
    this.#expectEndOfTag()
  }

  #commentOrData(): void {
    if (this.#text.startsWith('<!--', this.#at)) {
      const end = this.#text.indexOf('--', this.#at + 4)
      if (end < 0 || this.#text[end + 2] !== '>') throw malformed()
      this.#at = end + 3
      return
    }
    const parent = this.#open.at(-1)
    if (parent === undefined || !this.#text.startsWith('<![CDATA[', this.#at)) throw malformed()
    const end = this.#text.indexOf(']]>', this.#at)
    if (end < 0) throw malformed()
    parent.text += this.#text.slice(this.#at + '<![CDATA['.length, end)
    this.#at = end + 3
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d
}

function isNamespace(qualifiedName: string): boolean {
  return qualifiedName === 'xmlns' || qualifiedName.startsWith('xmlns:')
}

function localName(qualifiedName: string): string {
  const colon = qualifiedName.indexOf(':')
  return colon < 0 ? qualifiedName : qualifiedName.slice(colon + 1)
}

function tableOfNameCharacters(): Uint8Array {
  const table = new Uint8Array(128)
  for (let code = 0; code < table.length; code++) {
    const character = String.fromCharCode(code)
    if (/[A-Za-z_]/.test(character)) table[code] = 1
    else if (/[\d.-]/.test(character)) table[code] = 2
  }
  return table
}
