export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

interface XmlPolicy {
  /** A text that the browser then takes for parsing. */
  createHTML(text: string): string
}

const { trustedTypes } = globalThis as {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createHTML(text: string): string }): XmlPolicy
  }
}

/**
 * The page's policy lets no text become nodes (`require-trusted-types-for`), so that no name of an object ever becomes markup; but XML,
 * of which nothing is put into the page.
 */
const asIs: XmlPolicy = { createHTML: (text) => text }
const xmlOnly = trustedTypes?.createPolicy('xml', asIs) ?? asIs

/** What is no XML has a `parsererror` in it. */
export function parseXmlDocument(text: string): Document {
  return new DOMParser().parseFromString(xmlOnly.createHTML(text), 'application/xml')
}

/** The root of an answer. */
export function parseXml(text: string): Element {
  return parseXmlDocument(text).documentElement
}

/** The text of a child; `undefined` where there is none. */
export function xmlText(parent: Element, name: string): string | undefined {
  return xmlChild(parent, name)?.textContent ?? undefined
}

export function xmlChild(parent: Element, name: string): Element | undefined {
  // Steps from one to the next: a list of all the children of each entry of a page would cost more than reading it.
  let child = parent.firstElementChild
  while (child && child.localName !== name) child = child.nextElementSibling
  return child ?? undefined
}

export function xmlChildren(parent: Element, name: string): Element[] {
  return Array.from(parent.children).filter((child) => child.localName === name)
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Whether XML 1.0 has a way to write all characters of a text. Source: https://www.w3.org/TR/xml/#charsets */
export function isXmlText(text: string): boolean {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) && text.isWellFormed()
}

/** Text as content of an element; control characters as references, or they would be taken for spaces. */
export function xmlEscape(text: string): string {
  return text.replaceAll(
    /[&<>"\u0000-\u001f]/g,
    (character) => ESCAPES[character] ?? `&#${character.charCodeAt(0)};`,
  )
}
