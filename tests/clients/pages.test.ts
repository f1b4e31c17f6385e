import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const pages = new URL('../../docs/clients/', import.meta.url)
const tests = new Set(await readdir(new URL('./', import.meta.url)))
const table = await readFile(new URL('README.md', pages), 'utf8')
const names = (await readdir(pages)).filter((name) => name !== 'README.md')

function testsIn(text: string): string[] {
  return [...text.matchAll(/`(?:tests\/clients\/)?([\w-]+\.test\.ts)`/g)].map(([, name = '']) => name)
}

describe('the page of a client', () => {
  it.each(names)('%s has settings, what cannot be done, versions and the test', async (name) => {
    const page = await readFile(new URL(name, pages), 'utf8')
    expect(page).toMatch(/\n```\w+\n/)
    expect(page).toMatch(/\n## What (?:it|they) cannot\n/)
    const run = /\nRun by ([^]*)\n$/.exec(page)?.[1] ?? ''
    expect(testsIn(run).filter((test) => !tests.has(test))).toEqual([])
    expect(testsIn(run)).not.toEqual([])
    const rows = table.split('\n').filter((line) => line.includes(`](${name})`))
    expect(rows).not.toEqual([])
    const versions = rows.flatMap((row) => row.split('|')[2]?.match(/\d+(?:\.\d+)+|\b[0-9a-f]{12}\b/g) ?? [])
    expect(versions.filter((version) => !run.includes(version))).toEqual([])
  })

  it('names tests that there are', () => {
    expect(testsIn(table).filter((test) => !tests.has(test))).toEqual([])
  })
})
