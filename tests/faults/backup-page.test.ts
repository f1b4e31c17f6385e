import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
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

/** Before it all is kept, after it what is lost is brought back. */
const isOfTheLoss = (line: string): boolean =>
  line.startsWith('holdfast restore ') || / \/safe\/place\/\S+ /.test(line)
const isOfOneBucket = (line: string): boolean =>
  line.includes('/scratch/') || line.startsWith('holdfast import ')

it('every command of the section on backups does what it says', { timeout: 120_000 }, async () => {
  await using folder = await temporaryDirectory()
  const at = (path: string): string => join(folder.path, path)
  const run = async (line: string, environment = {}, port = 9001) => {
    const command = line
      .replaceAll(/(?<= )\/(?=srv|backup|safe|scratch)/g, `${folder.path}/`)
      .replace(':9001', `:${port}`)
    const script = `holdfast() { "${process.execPath}" "${executable}" "$@"; }; ${command}`
    await runCommand('/bin/sh', ['-c', script], { environment })
  }
  const start = async (name: string) => {
    const server = await startServerProcess({ dataDirectory: at(name), config: 'none' })
    return { ...server, credentials: await credentialsIn(at(name)) }
  }
  await mkdir(at('safe/place'), { recursive: true })
  const commands = await commandsOf('Backups')
  const ofOneBucket = commands.filter(isOfOneBucket)
  const ofTheLoss = commands.filter((line) => isOfTheLoss(line) && !isOfOneBucket(line))
  expect([ofTheLoss.length, ofOneBucket.length]).toEqual([2, 3])
  {
    await using server = await start('srv/holdfast')
    await createBucket(server, 'photos')
    await putObject(server, 'photos', 'large', contentOf('large', 300_000))
    for (const line of commands) if (!isOfTheLoss(line) && !isOfOneBucket(line)) await run(line)
    await server.end('SIGTERM')
  }
  await rename(at('srv/holdfast'), at('lost'))
  for (const line of ofTheLoss) await run(line)
  await using server = await start('srv/holdfast')
  expect((await getObject(server, 'photos', 'large')).body.equals(contentOf('large', 300_000))).toBe(true)

  await rawRequest(server, { method: 'DELETE', path: '/photos/large' })
  const [restore = '', keys = '', bring = ''] = ofOneBucket
  await run(restore)
  await run(keys)
  await using before = await start('scratch/holdfast')
  const { accessKeyId, secretAccessKey } = before.credentials
  await run(bring, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }, before.port)
  const brought = await getObject(server, 'photos-before', 'large')
  expect(brought.body.equals(contentOf('large', 300_000))).toBe(true)
})

async function credentialsIn(dataDirectory: string) {
  const text = await readFile(join(dataDirectory, 'credentials.json'), 'utf8')
  const stored = JSON.parse(text) as {
    accounts: { accessKeys: { accessKeyId: string; secretAccessKey: string }[] }[]
  }
  const [key] = stored.accounts[0]?.accessKeys ?? []
  return { accessKeyId: key?.accessKeyId ?? '', secretAccessKey: key?.secretAccessKey ?? '' }
}
