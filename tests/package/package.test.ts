import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { isLarge } from '../support/sizes.ts'
import { testingBlocks } from './testing-blocks.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'

/*
 * The packages as npm would publish them, installed into an empty project, which then holds every block of docs/testing.md.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const node = process.execPath
const TIMEOUT_MILLISECONDS = 600_000

/** Of the project, besides the tarballs. */
const DEPENDENCIES = [
  '@aws-sdk/client-s3@3.1175.0',
  '@types/node@24',
  'typescript-5.4@npm:typescript@5.4',
  'typescript@latest',
  'vitest@4',
  'jest@30',
]

let folder: TemporaryDirectory
let project = ''
/** What npm warned of. */
let said = ''

const run = (
  command: string,
  commandArguments: readonly string[],
  environment = {},
): Promise<CommandResult> =>
  runCommand(command, commandArguments, {
    directory: project,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    allowFailure: true,
    environment: { HOME: folder.path, PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}`, ...environment },
  })

describe.skipIf(!isLarge)('the packages, installed', { timeout: TIMEOUT_MILLISECONDS }, () => {
  beforeAll(async () => {
    folder = await temporaryDirectory()
    project = join(folder.path, 'project')
    await mkdir(project)
    const packing = ['pack', '--workspaces', '--pack-destination', folder.path]
    await runCommand('npm', packing, { directory: root, timeoutMilliseconds: TIMEOUT_MILLISECONDS })
    const tarballs = (await readdir(folder.path)).filter((name) => name.endsWith('.tgz'))
    await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    for (const [name, text] of await testingBlocks()) await writeFile(join(project, name), text)
    const files = tarballs.map((name) => join(folder.path, name))
    // With the whole environment: where the registry is, and by which certificates it is believed, stands there.
    const environment = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    const line = ['install', '--no-audit', '--no-fund', ...files, ...DEPENDENCIES]
    const installed = await run('npm', line, environment)
    if (installed.exitCode !== 0) throw new Error(installed.stderr)
    said = installed.stderr
    return () => folder[Symbol.asyncDispose]()
  }, TIMEOUT_MILLISECONDS)

  it('hold what they need and nothing else', async () => {
    expect(said).not.toContain('EBADENGINE')
    for (const name of ['holdfast', '@holdfast/resources']) {
      const directory = join(project, 'node_modules', name)
      const files = await readdir(directory, { recursive: true })
      expect(files).toEqual(
        expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']),
      )
      expect(files.filter((file) => /\.(test|suite|bench)\./.test(file))).toEqual([])
      expect(files.includes('dist/THIRD-PARTY-NOTICES.txt')).toBe(name === 'holdfast')
      expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([])
    }
  })

  it.each(['typescript-5.4', 'typescript'])('type check by %s without skipLibCheck', async (compiler) => {
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
    }
    const config = { compilerOptions, files: ['typed.ts'] }
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
    const { exitCode, text } = await run(node, [join('node_modules', compiler, 'bin', 'tsc'), '-p', '.'])
    expect([exitCode, text]).toEqual([0, ''])
  })

  it.each([
    ['typed.ts', 'AccessDenied\nNoSuchKey\nalices\n'],
    ['module.mjs', 'hello\n'],
    ['common.cjs', 'photos\n'],
    ['later.mjs', '403\n200 1\n'],
  ])('run: %s', async (file, output) => {
    const { exitCode, text, stderr } = await run(node, [file])
    expect([exitCode, text, stderr]).toEqual([0, output, ''])
  })

  it.each([
    ['vitest', ['node_modules/vitest/vitest.mjs', 'run', 'photos.test.ts'], '1 passed'],
    ['node:test', ['--test', 'photos.node-test.mjs'], 'pass 1'],
    ['Jest', ['node_modules/jest/bin/jest.js'], '1 passed'],
  ])('run in %s', async (_, line, passed) => {
    const { exitCode, text, stderr } = await run(node, line, { NO_COLOR: '1' })
    expect([exitCode, text + stderr]).toEqual([0, expect.stringContaining(passed)])
  })

  it('have a command that serves', async () => {
    const { text } = await run(join(project, 'node_modules', '.bin', 'holdfast'), ['--version'])
    expect(text).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
