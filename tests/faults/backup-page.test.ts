import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { executable } from '../support/executable.ts'

/** The commands of a section of docs/operations.md, but for the server itself. */
async function commandsOf(section: string): Promise<string[]> {
  const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const text = page.split('\n## ').find((part) => part.startsWith(`${section}\n`)) ?? ''
  const blocks = Array.from(text.matchAll(/```sh\n(.*?)```/gs), ([, block = '']) => block.split('\n'))
  return blocks.flat().filter((line) => line !== '' && !line.startsWith('holdfast serve '))
}

it('every command of the section on backups does what it says', { timeout: 120_000 }, async () => {
  await using folder = await temporaryDirectory()
  const at = (path: string): string => join(folder.path, path)
  const run = (line: string) => {
    const command = line.replaceAll(/(?<= )\/(?=srv|backup|safe)/g, `${folder.path}/`)
    const script = `holdfast() { "${process.execPath}" "${executable}" "$@"; }; ${command}`
    return runCommand('/bin/sh', ['-c', script])
  }
  await mkdir(at('safe/place'), { recursive: true })
  const commands = await commandsOf('Backups')
  const isAfterTheLoss = (line: string): boolean => /restore| \/safe\/place\/\S+ /.test(line)
  {
    await using server = await startServerProcess({ dataDirectory: at('srv/holdfast'), config: 'none' })
    const owner = { ...server, credentials: await credentialsIn(at('srv/holdfast')) }
    await createBucket(owner, 'kept')
    await putObject(owner, 'kept', 'large', contentOf('large', 300_000))
    for (const line of commands.filter((command) => !isAfterTheLoss(command))) await run(line)
    await server.end('SIGTERM')
  }
  await rename(at('srv/holdfast'), at('lost'))
  const bringing = commands.filter(isAfterTheLoss)
  expect(bringing).toHaveLength(2)
  for (const line of bringing) await run(line)
  await using server = await startServerProcess({ dataDirectory: at('srv/holdfast'), config: 'none' })
  const owner = { ...server, credentials: await credentialsIn(at('lost')) }
  expect((await getObject(owner, 'kept', 'large')).body.equals(contentOf('large', 300_000))).toBe(true)
})

async function credentialsIn(dataDirectory: string) {
  const text = await readFile(join(dataDirectory, 'credentials.json'), 'utf8')
  const stored = JSON.parse(text) as {
    accounts: { accessKeys: { accessKeyId: string; secretAccessKey: string }[] }[]
  }
  const [key] = stored.accounts[0]?.accessKeys ?? []
  return { accessKeyId: key?.accessKeyId ?? '', secretAccessKey: key?.secretAccessKey ?? '' }
}
