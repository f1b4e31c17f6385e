import { describe, expect, it } from 'vitest'
import { type DamagedPage, DamagedPages, type KeySpan } from './damaged-pages.ts'

const key = (text: string): Buffer => Buffer.from(text)
const span = (start?: string, end?: string): KeySpan => ({
  start: start === undefined ? undefined : key(start),
  end: end === undefined ? undefined : key(end),
})
const damage = (page: number, of: KeySpan, around = of): DamagedPage => ({
  page,
  reason: 'is another page',
  tree: 'rows',
  span: of,
  around,
})

function pagesWith(...damages: DamagedPage[]): DamagedPages {
  const pages = new DamagedPages()
  pages.found({ damages, rows: [] })
  return pages
}

describe('DamagedPages', () => {
  it('keeps readers away from keys that may be in one, and from no others', () => {
    const pages = pagesWith(damage(7, span('c', 'f')), damage(9, span('x')))
    for (const text of ['c', 'd', 'ezz', 'x', 'zz'])
      expect(pages.faultAt(key(text))).toMatchObject({ kind: 'corrupt' })
    for (const text of ['a', 'bzz', 'f', 'w']) expect(pages.faultAt(key(text))).toBeUndefined()
  })

  it('gives of a range what lies before the damage, from the side that it is read from', () => {
    const pages = pagesWith(damage(7, span('c', 'f')), damage(8, span('k', 'm')))
    const part = (start: string, end: string, reverse = false) => {
      const range = { start: key(start), end: key(end), limit: 10, reverse }
      const { range: read, fault } = pages.readablePart(range)
      return `${String(read.start)}-${String(read.end)}${fault ? ` ${fault.kind}` : ''}`
    }
    expect(part('a', 'z')).toBe('a-c corrupt')
    expect(part('a', 'z', true)).toBe('m-z corrupt')
    expect(part('f', 'z')).toBe('f-k corrupt')
    expect(part('a', 'd', true)).toBe('d-d corrupt')
    expect(part('d', 'z')).toBe('d-d corrupt')
    expect(part('f', 'k')).toBe('f-k')
    expect(part('a', 'c', true)).toBe('a-c')
  })

  it('lets nothing be written beside one, nor anything with a damaged list of free pages', () => {
    const change = (text: string) => ({ expect: [], put: [], remove: [key(text)] })
    const pages = pagesWith(damage(7, span('c', 'f'), span('b', 'h')))
    for (const text of ['b', 'd', 'g']) expect(() => pages.assertWritable(change(text))).toThrow('page 7')
    pages.assertWritable(change('a'))
    pages.assertWritable(change('h'))
    pages.found({ damages: [{ ...damage(3, span()), tree: 'free' }], rows: [] })
    expect(() => pages.assertWritable(change('a'))).toThrow('page 3')
    expect(pages.faultAt(key('a'))).toBeUndefined()
  })

  it('tells of each page once', () => {
    const told: (readonly [number, number])[] = []
    const pages = new DamagedPages((all, fresh) => told.push([all.length, fresh.length]))
    pages.found({ damages: [damage(7, span('c', 'f'))], rows: [] })
    pages.found({ damages: [damage(7, span('c', 'f'))], rows: [] })
    pages.found({ damages: [damage(7, span('c', 'f')), damage(9, span('x'))], rows: [] })
    expect(told).toEqual([
      [1, 1],
      [2, 1],
    ])
    expect(pages.count).toBe(2)
  })
})
