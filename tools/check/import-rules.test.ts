import { describe, expect, it } from 'vitest'
import { checkImports } from './import-rules.ts'
import { LAYERS, STOCK } from './layers.ts'
import { complaintText } from './source-file.ts'

function check(path: string, text: string): string[] {
  return checkImports([{ path: `packages/server/src/${path}`, text }]).map(complaintText)
}

describe('LAYERS and STOCK', () => {
  it.each([
    ['LAYERS', LAYERS],
    ['STOCK', STOCK],
  ])('%s has no cycle', (_, layers) => {
    const reaches = (from: string, seen: readonly string[]): readonly string[] => {
      if (seen.includes(from)) return [...seen, from]
      return (
        (layers[from] ?? []).map((to) => reaches(to, [...seen, from])).find((path) => path.length > 0) ?? []
      )
    }
    for (const layer of Object.keys(layers)) expect(reaches(layer, [])).toEqual([])
  })

  it('keeps the words of S3 out of the storage', () => {
    for (const layer of ['metadata', 'blobs', 'encryption', 'signature'])
      expect(LAYERS[layer]).toEqual(['base'])
  })
})

describe('checkImports', () => {
  it.each([
    ['http/pipeline.ts', "import { a } from '../s3/operation.ts'"],
    [
      's3/operations/objects/PutObject.ts',
      "import { a } from '../../shared/new-object/write-object.ts'\nimport { b } from './object-headers.ts'",
    ],
    ['s3/s3-operations.ts', "export { PutObject } from './operations/objects/PutObject.ts'"],
    ['s3/shared/service/service.ts', "import type { A } from '../sealing/object-keys.ts'"],
    ['metadata/engines/lmdb.ts', "import { open } from 'lmdb'\nimport { a } from './lmdb-fault.ts'"],
    [
      'compose/start-holdfast.ts',
      "import { a } from '../metadata/engines/lmdb.ts'\nimport { b } from '../http/listener.ts'",
    ],
    ['cli/main.ts', "const { serve } = await import('../compose/start-holdfast.ts')\nprocess.exit(1)"],
    ['config/environment.ts', "import * as z from 'zod'\nprocess.env.HOME"],
    ['base/clock.ts', 'new Date(); Date.now(); setTimeout(f, 1)'],
    ['http/listener.ts', "import http from 'node:http'\nsocket.setTimeout(1000); setTimeout(f, 1)"],
    ['s3/dates.ts', "new Date('2026-01-01'); new Date(0); import { createHash } from 'node:crypto'"],
    ['http/metrics.ts', "const labels = { process: 'one', ...others }"],
    ['s3/words.ts', "// process.env, Math.random\nconst text = 'new Date() Math.random() process.env'"],
    [
      's3/operations/objects/PutObject.test.ts',
      "import fs from 'node:fs'\nimport { a } from '../../../http/pipeline.ts'",
    ],
    ['blobs/engines/blob-store.suite.ts', "import { it } from 'vitest'"],
  ])('allows in %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([])
  })

  it.each([
    ['model/a.ts', "import { a } from '../s3/operation.ts'", 'model must not import s3'],
    ['model/a.ts', "import type { A } from '../s3/operation.ts'", 'model must not import s3'],
    ['model/a.ts', "export * from '../s3/operation.ts'", 'model must not import s3'],
    ['model/a.ts', "export { a } from '../s3/operation.ts'", 'model must not import s3'],
    ['model/a.ts', "type A = import('../s3/operation.ts').A", 'model must not import s3'],
    ['model/a.ts', "await import('../s3/operation.ts')", 'model must not import s3'],
    ['metadata/tables/a.ts', "import { a } from '../../model/s3-error.ts'", 'metadata must not import model'],
    ['signature/a.ts', "import { a } from '../model/s3-error.ts'", 'signature must not import model'],
    ['s3/a.ts', "import { a } from '../compose/start-holdfast.ts'", 's3 must not import compose'],
    ['http/a.ts', "import { a } from '../cli/main.ts'", 'http must not import cli'],
    ['s3/a.ts', "import { a } from '../metadata/engines/lmdb.ts'", 'only compose/ constructs engines'],
    [
      's3/operations/multipart/a.ts',
      "import { a } from '../objects/PutObject.ts'",
      'an operation of s3/operations/objects',
    ],
    [
      's3/explain.ts',
      "import { a } from './operations/objects/PutObject.ts'",
      'an operation of s3/operations/objects',
    ],
    [
      's3/operations/multipart/a.ts',
      "import { a } from '../objects/object-range.ts'",
      'a room knows no other room',
    ],
    [
      's3/shared/content/a.ts',
      "import { a } from '../../operations/objects/object-range.ts'",
      'the stock knows no room',
    ],
    ['s3/shared/content/a.ts', "import { a } from '../bucket/mfa.ts'", 'content must not import bucket'],
    ['s3/shared/novelty/a.ts', "import { a } from '../bucket/mfa.ts'", 'does not know the stock novelty'],
    [
      's3/shared/service/operation.ts',
      "import type { A } from '../sealing/object-keys.ts'",
      'service must not import sealing',
    ],
    ['s3/a.ts', "import fs from 'node:fs'", 'only base/ imports node:fs'],
    ['s3/a.ts', "import { readFile } from 'node:fs/promises'", 'only base/ imports node:fs/promises'],
    ['s3/a.ts', "import http from 'node:http'", 'only http/ imports node:http'],
    ['blobs/a.ts', "import { open } from 'lmdb'", 'only metadata/ imports lmdb'],
    [
      'base/a.ts',
      "import native from 'aws-crt/dist/native.js'\nimport x from 'left-pad'",
      'left-pad is not a package',
    ],
    ['cli/a.ts', 'await import(name)', '(computed) is not a package'],
    ['s3/a.ts', 'const at = Date.now()', 'only base/ may use Date.now; take a Clock'],
    ['s3/a.ts', 'const at = new Date()', 'only base/ may use new Date(); take a Clock'],
    ['s3/a.ts', 'setTimeout(f, 10)', 'only base/ and http/ may use setTimeout; take Clock.sleep'],
    ['s3/a.ts', "import { setTimeout as delay } from 'node:timers/promises'", 'may use setTimeout'],
    ['s3/a.ts', 'Math.random()', 'take a Random'],
    ['s3/a.ts', "import { randomUUID } from 'node:crypto'", 'only base/ may use randomUUID'],
    ['s3/a.ts', 'crypto.getRandomValues(bytes)', 'only base/ may use getRandomValues'],
    ['cli/a.ts', 'process.env.HOME', 'only config/ may use process.env'],
    ['http/a.ts', 'const all = { process }', 'only base/ and cli/ and config/ may use process'],
    ['http/a.ts', 'process.exit(1)', 'only base/ and cli/ and config/ may use process'],
    ['novelty/a.ts', "import { a } from '../base/clock.ts'", 'does not know novelty'],
  ])('complains in %s: %s', (path, text, message) => {
    expect(check(path, text)).toEqual([expect.stringContaining(message)])
  })

  it('names the line', () => {
    expect(check('s3/a.ts', '// one\n\nconst at = Date.now()')).toEqual([
      'packages/server/src/s3/a.ts:3: only base/ may use Date.now; take a Clock',
    ])
  })
})
