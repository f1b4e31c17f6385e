import { describe, expect, it } from 'vitest'
import { checkConsoleImports } from './console-imports.ts'
import { CONSOLE_LAYERS } from './console-layers.ts'
import { complaintText } from './source-file.ts'

function check(path: string, text: string): string[] {
  return checkConsoleImports([{ path: `packages/console/src/${path}`, text }]).map(complaintText)
}

it('CONSOLE_LAYERS lead down alone', () => {
  const seen: string[] = []
  for (const [room, below] of Object.entries(CONSOLE_LAYERS)) {
    for (const other of below) expect([room, other, seen.includes(other)]).toEqual([room, other, true])
    seen.push(room)
  }
})

describe('checkConsoleImports', () => {
  it.each([
    ['objects/place.ts', "import { a } from '../shared/route.ts'"],
    ['objects/zip.ts', "import { makeZip } from 'client-zip'"],
    ['api/signature.ts', "import { sha256 } from '@noble/hashes/sha2.js'"],
    ['shell/views.tsx', "const a = import('../keys/keys.tsx')"],
    ['shared/chart.tsx', "import 'uplot/dist/uPlot.min.css'"],
    ['shared/dialog.test.ts', "import { a } from '../shell/app.tsx'"],
  ])('lets %s have %s', (path, text) => {
    expect(check(path, text)).toEqual([])
  })

  it.each([
    [
      'keys/keys.tsx',
      "import { a } from '../shell/frame.tsx'",
      'keys must not import shell: imports go down only',
    ],
    [
      'keys/keys.tsx',
      "import type { A } from '../people/a.ts'",
      'keys must not import people: imports go down only',
    ],
    ['api/send.ts', "const a = import('../texts/a.ts')", 'api must not import texts: imports go down only'],
    ['people/a.tsx', "import U from 'uplot'", 'only shared may import uplot'],
    [
      'people/a.tsx',
      "import R from 'react'",
      'react is not a package of the console: see tools/check/console-layers.ts',
    ],
    [
      'new/a.ts',
      "import { a } from '../api/a.ts'",
      'tools/check/console-layers.ts does not know new; say there what it may import',
    ],
  ])('keeps %s from %s', (path, text, message) => {
    expect(check(path, text)).toEqual([`packages/console/src/${path}:1: ${message}`])
  })
})
