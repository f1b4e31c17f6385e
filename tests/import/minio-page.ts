import { readFile } from 'node:fs/promises'

/** The commands of docs/from-minio.md in their order, a line each. */
export async function commandsOfPage(): Promise<string[]> {
  const page = await readFile(new URL('../../docs/from-minio.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split('\n').filter((line) => line !== ''))
}
