export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** The root of an answer. */
export function parseXml(text: string): Element {
  return new DOMParser().parseFromString(text, 'application/xml').documentElement
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
