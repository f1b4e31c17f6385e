import { readFile } from 'node:fs/promises'

/** The blocks of docs/testing.md by the name of the file that each of them is. */
export async function testingBlocks(): Promise<Map<string, string>> {
  const page = await readFile(new URL('../../docs/testing.md', import.meta.url), 'utf8')
  const found = page.matchAll(/^```\w+\n\/\/ (\S+)\n([^]*?)^```$/gm)
  return new Map([...found].map(([, name = '', text = '']) => [name, text]))
}
