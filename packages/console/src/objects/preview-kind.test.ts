import { expect, it } from 'vitest'
import { previewOf } from './preview-kind.ts'

it.each([
  ['text/html', 'page.html', 'text', 'text/html'],
  ['application/xhtml+xml', 'page.xhtml', 'text', 'application/xhtml+xml'],
  ['IMAGE/SVG+XML; charset=utf-8', 'x', 'image', 'image/svg+xml'],
  ['binary/octet-stream', 'cat.JPG', 'image', 'image/jpeg'],
  ['application/octet-stream', 'x.html', 'none', 'application/octet-stream'],
  ['application/geo+json', 'x', 'json', 'application/geo+json'],
  ['text/csv', 'x', 'csv', 'text/csv'],
  ['constructor', 'x', 'none', 'constructor'],
  ['application/pdf', 'x.png', 'none', 'application/pdf'],
])('%s of %s is looked at as %s', (contentType, key, kind, type) => {
  expect(previewOf(contentType, key)).toEqual({ kind, type })
})
