/** A document that is wrong, or may be, in one place. */
export interface Mutated {
  readonly what: string
  readonly text: string
}

interface Element {
  readonly name: string
  /** As they stand in the start tag. */
  readonly attributes: string
  readonly content: string | readonly Element[]
}

type Change = readonly [what: string, change: (element: Element) => readonly Element[]]

const withText = (what: string, content: string): Change => [what, (element) => [{ ...element, content }]]

const CHANGES: readonly Change[] = [
  ['is left out', () => []],
  ['is there twice', (element) => [element, element]],
  ['has another beside it that is unknown', (element) => [element, { ...element, name: 'Unheard-Of' }]],
  ['is called otherwise', (element) => [{ ...element, name: element.name.toLowerCase() }]],
  ['is of another namespace', (element) => [{ ...element, attributes: ' xmlns="http://example.com/"' }]],
  ['has an element in it', (element) => [{ ...element, content: [{ ...element, name: 'Inner' }] }]],
  ['is in itself', (element) => [{ ...element, content: [element] }]],
  ['is there two thousand times', (element) => Array<Element>(2000).fill(element)],
  withText('is empty', ''),
  withText('is a blank', ' '),
  withText('is a word', 'Sometimes'),
  withText('is below zero', '-1'),
  withText('is zero', '0'),
  withText('is no whole number', '1.5'),
  withText('is beyond 32 bits', '2147483648'),
  withText('is beyond all numbers', '99999999999999999999'),
  withText('is a number of another kind', '1e309'),
  withText('is an ARN of nothing', 'arn:aws:s3:::'),
  withText('is an ARN of something else', 'arn:aws:sns:eu-west-1:111122223333:topic'),
  withText('is a time that never was', '2026-02-31T25:61:61Z'),
  withText('has a reference to no character', '&#0;'),
  withText('has a byte of zero', '\0'),
  withText('has half a pair', '&#xD800;'),
  withText('has an entity of its own', '&x;'),
  withText('is of 5,000 characters', 'a'.repeat(5000)),
  withText('is of 1 MiB', 'a'.repeat(1024 * 1024)),
]

/** One for each element of a document and each thing that may be wrong with it; and what is no document at all. */
export function* mutationsOf(xml: string, within = ''): Generator<Mutated> {
  const root = elementsOf(xml)[0]
  if (!root) throw new TypeError('no document')
  for (const [place, replaced] of places(root).filter(([place]) => place.startsWith(within)))
    for (const [what, change] of CHANGES)
      yield { what: `${place} ${what}`, text: replaced(change).map(textOf).join('') }
  yield { what: 'nothing', text: '' }
  yield { what: 'cut off', text: xml.slice(0, -3) }
  yield { what: 'JSON', text: '{"a": 1}' }
  yield { what: 'of another encoding', text: Buffer.from(xml, 'utf16le').toString('latin1') }
  yield { what: 'with a DTD', text: `<!DOCTYPE x [<!ENTITY x "y">]>${xml}` }
  yield { what: 'deep', text: `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}` }
  yield { what: 'followed by another', text: xml + xml }
}

type Replaced = (change: Change[1]) => readonly Element[]

function* places(element: Element, above = ''): Generator<readonly [place: string, replaced: Replaced]> {
  const place = `${above}${element.name}`
  yield [place, (change) => change(element)]
  const { content } = element
  if (typeof content === 'string') return
  for (const [index, child] of content.entries())
    for (const [inner, replaced] of places(child, `${place}/`)) {
      const around = (change: Change[1]) => [
        {
          ...element,
          content: [...content.slice(0, index), ...replaced(change), ...content.slice(index + 1)],
        },
      ]
      yield [inner, around]
    }
}

/** Of a document without comments, and without text beside elements. */
function elementsOf(xml: string): readonly Element[] {
  const found: Element[] = []
  for (let rest = xml; rest !== '';) {
    const [start, name = '', attributes = ''] = /^<([\w-]+)([^>]*)>/.exec(rest) ?? []
    if (start === undefined) throw new TypeError(`no element: ${rest.slice(0, 40)}`)
    const end = endOf(rest, name)
    const inner = rest.slice(start.length, end)
    found.push({ name, attributes, content: inner.startsWith('<') ? elementsOf(inner) : inner })
    rest = rest.slice(end + name.length + 3)
  }
  return found
}

/** Where the element that a text begins with has its end tag. */
function endOf(xml: string, name: string): number {
  let depth = 0
  for (const { 0: tag, index } of xml.matchAll(new RegExp(`</?${name}(?=[ >])[^>]*>`, 'g'))) {
    depth += tag.startsWith('</') ? -1 : 1
    if (depth === 0) return index
  }
  throw new TypeError(`no end of ${name}`)
}

function textOf({ name, attributes, content }: Element): string {
  const inner = typeof content === 'string' ? content : content.map(textOf).join('')
  return `<${name}${attributes}>${inner}</${name}>`
}
