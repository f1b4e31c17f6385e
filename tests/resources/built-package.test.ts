import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import * as resources from '@holdfast/resources'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BuiltPackage, buildPackage } from './built-package.ts'
import { type Classes, everyRequest } from './call-resource.ts'

/** Minified and compressed, without the SDK. Raise a limit only for something that is worth it. */
const LIMITS = {
  everything: 13_000,
  'one transfer': 4_000,
} as const

let built: BuiltPackage
beforeAll(async () => {
  built = await buildPackage()
  return () => built[Symbol.asyncDispose]()
}, 60_000)

async function compressedBytes(lines: string): Promise<number> {
  const code = await built.bundle(lines, { platform: 'browser', withSdk: false })
  return gzipSync(code).length
}

describe('the built package', () => {
  // A compiler has been seen to rename members of requests.
  it('sends what its source sends', async () => {
    const compiled = (await import(built.entry)) as Classes
    expect(await everyRequest(compiled)).toEqual(await everyRequest(resources))
  })

  it('is found where only main and types are looked at, and brings what its source maps and page name', async () => {
    const described = JSON.parse(
      await readFile(new URL('../../packages/resources/package.json', import.meta.url), 'utf8'),
    ) as { main: string; types: string; exports: Record<string, object>; files: string[] }
    expect(described.exports['.']).toEqual({ types: described.types, default: described.main })
    const page = await readFile(new URL('../../packages/resources/README.md', import.meta.url), 'utf8')
    const links = [...page.matchAll(/\]\((?!https:)([^)]*)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !described.files.includes(link))).toEqual([])
    const map = JSON.parse(await readFile(`${built.entry}.map`, 'utf8')) as { sourcesContent?: string[] }
    expect(map.sourcesContent?.[0]).toContain("export { S3 } from './s3.ts'")
  })

  it('is small', async () => {
    const bytes = await compressedBytes("export * from 'package'")
    process.stdout.write(`all of @holdfast/resources: ${bytes} bytes\n`)
    expect(bytes).toBeLessThan(LIMITS.everything)
  })

  it('leaves out what is not used', async () => {
    expect(await compressedBytes("import 'package'")).toBeLessThan(100)
    const bytes = await compressedBytes("export { uploadFile } from 'package'")
    process.stdout.write(`uploadFile alone: ${bytes} bytes\n`)
    expect(bytes).toBeLessThan(LIMITS['one transfer'])
  })

  it('asks a browser for nothing of Node', async () => {
    const browser = await built.bundle("export * from 'package'", { platform: 'browser', withSdk: false })
    expect(browser).not.toMatch(/["'`]node:|\bprocess\b|\bBuffer\b/)
    const node = await built.bundle("export * from 'package'", { platform: 'node', withSdk: false })
    expect(node).toContain('node:fs/promises')
  })
})
