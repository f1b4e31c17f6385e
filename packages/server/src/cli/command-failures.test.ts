import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executable } from '../../../../tests/support/executable.ts'
import { runCommand } from '../../../../tests/support/run-command.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-commands-'))
  // A file where a command looks for one, and no metadata in it.
  await mkdir(join(folder, 'data', 'metadata'), { recursive: true })
  await writeFile(join(folder, 'data', 'metadata', 'data.mdb'), '')
  await writeFile(join(folder, 'mistakes.json'), '{ "regio": "us-east-1" }')
})
afterAll(() => rm(folder, { recursive: true }))

/** What a command that fails says of it. */
async function failure(
  line: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(process.execPath, [executable, ...line], {
    allowFailure: true,
    directory: folder,
    environment,
  })
  expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).not.toMatch(/^ +at /m)
  return stderr
}

describe('holdfast rotate-root-key', () => {
  it.each([
    [['--data', 'nowhere'], {}, 'nowhere/metadata/data.mdb'],
    [['--config', 'nothing.json'], {}, 'there is no such file'],
    [['--config', 'mistakes.json'], {}, 'regio: no such setting'],
    [['--data', 'data'], { HOLDFAST_ROOT_KEYS: 'short' }, 'HOLDFAST_ROOT_KEYS: expected base64'],
  ])('says why it came to nothing: %j %j', async (line, environment, message) => {
    expect(await failure(['rotate-root-key', ...line], environment)).toContain(message)
  })
})

describe('a failure says what to do', () => {
  it.each([
    [
      ['workers'],
      'There is no file holdfast-data/metadata/data.mdb. Name the data folder of the store with --data DIR.',
    ],
    [['backup', 'place', '--data', 'nowhere'], 'Name the data folder of the store with --data DIR.'],
    [['copy-store', '--from-data', 'nowhere', '--to-data', 'copy'], 'with --from-data DIR.'],
    [['workers', '--config', 'nothing.json'], 'there is no such file; give the right path with --config'],
    [['workers', '--config', 'data'], 'cannot be read (EISDIR); give the right path with --config'],
    [['workers', '--nosuch'], '(holdfast workers --help shows what there is)'],
    [['nosuch'], '(holdfast --help shows what there is)'],
  ])('%j', async (line, message) => {
    expect(await failure(line)).toContain(message)
  })
})

describe('holdfast serve', () => {
  it.each(['1', '2'])('refuses a folder of ready scripts that is none (--workers %s)', async (workers) => {
    const line = ['serve', '--data', 'serving', '--address', '127.0.0.1:0', '--workers', workers]
    const where = 'The folder of ready scripts, '
    expect(await failure([...line, '--ready-scripts', 'nowhere'])).toContain(`${where}nowhere, is not there.`)
    const variables = { HOLDFAST_READY_SCRIPTS: 'mistakes.json' }
    expect(await failure(line, variables)).toContain(`${where}mistakes.json, is no folder.`)
  })

  it.each(['1', '2'])('refuses the address of its own console (--workers %s)', async (workers) => {
    const line = ['serve', '--data', 'serving', '--address', '127.0.0.1:9001', '--workers', workers]
    expect(await failure(line)).toContain('--address: 127.0.0.1:9001 is where the console would be')
  })
})
