import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { isLarge } from '../support/sizes.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { describeBareServer } from './bare-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PLATFORM = `${process.platform}-${process.arch}`
const TIMEOUT_MILLISECONDS = 300_000

let folder: TemporaryDirectory
const at = (...path: string[]): string => join(folder.path, ...path)

const git = (...line: string[]): Promise<CommandResult> => {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  return runCommand('git', [...who, ...line], { directory: at('tree') })
}

/** Makes a release of the tree. */
function release(version: string, out: string, ...more: string[]): Promise<CommandResult> {
  return runCommand(process.execPath, ['tools/release.ts', version, '--out', at(out), ...more], {
    directory: at('tree'),
    allowFailure: true,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    environment: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, HOME: at('home') },
  })
}

/** The tree as it is here, committed with a changelog that has a section of its version. */
async function makeTree(): Promise<void> {
  await mkdir(at('tree'))
  const listed = await runCommand('git', ['ls-files', '-co', '--exclude-standard', '-z'], { directory: root })
  const names = listed.text.split('\0').filter((name) => !name.startsWith('tests/'))
  const copied = await runCommand('tar', ['-c', '--ignore-failed-read', '-C', root, '--null', '-T', '-'], {
    input: names.join('\0'),
    allowFailure: true,
  })
  await runCommand('tar', ['-x', '-C', at('tree')], { input: copied.stdout })
  await symlink(join(root, 'node_modules'), at('tree/node_modules'))
  const changelog = await readFile(at('tree/CHANGELOG.md'), 'utf8')
  const section = '## Unreleased\n\n## 0.1.0 (2026-11-28)\n\n- All of it.\n'
  await writeFile(at('tree/CHANGELOG.md'), changelog.replace('## Unreleased\n', section))
  await git('init', '--quiet')
  await writeFile(at('tree/.git/info/exclude'), 'node_modules\n')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'A release')
}

describe.skipIf(!isLarge)('a release', { timeout: 2 * TIMEOUT_MILLISECONDS }, () => {
  beforeAll(async () => {
    folder = await temporaryDirectory()
    await makeTree()
    const { exitCode, stderr } = await release('0.1.0', 'out')
    if (exitCode !== 0 || stderr !== '') throw new Error(stderr)
    return () => folder[Symbol.asyncDispose]()
  }, TIMEOUT_MILLISECONDS)

  it('has tarballs, a bill of what is in them, the changes, and digests that are right', async () => {
    expect((await readdir(at('out'))).sort()).toEqual([
      'CHANGES.md',
      'SHA256SUMS',
      `holdfast-0.1.0-${PLATFORM}.tar.gz`,
      'holdfast-0.1.0.cdx.json',
      'holdfast-0.1.0.tgz',
      'holdfast-resources-0.1.0.tgz',
    ])
    const checked = await runCommand('sha256sum', ['--check', 'SHA256SUMS'], { directory: at('out') })
    expect(checked.text.match(/: OK$/gm)).toHaveLength(5)
    expect(await readFile(at('out/CHANGES.md'), 'utf8')).toMatch(/^- All of it\.\n/)
    const bill = JSON.parse(await readFile(at('out/holdfast-0.1.0.cdx.json'), 'utf8')) as {
      components: { name: string; version: string; licenses?: object; hashes?: object; properties?: object }[]
    }
    expect(bill.components.filter(({ licenses, hashes }) => !licenses || !hashes)).toEqual([])
    const built = bill.components.filter(({ properties }) => properties).map(({ name }) => name)
    const notices = await readFile(at('tree/packages/server/dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
    expect(built).toEqual(expect.arrayContaining(['zod', 'commander', 'jose', 'fflate', 'qr']))
    for (const name of built) expect(notices).toContain(`${name} `)
  })

  it('is the same, byte by byte, when it is made again', async () => {
    await rm(at('tree/packages/server/dist'), { recursive: true })
    expect((await release('0.1.0', 'again')).exitCode).toBe(0)
    expect(await readFile(at('again/SHA256SUMS'), 'utf8')).toBe(await readFile(at('out/SHA256SUMS'), 'utf8'))
  })

  it('is refused for a wrong version, a tree that was changed, a folder that is not empty', async () => {
    const refused = async (version: string, out = 'none'): Promise<string> => {
      const { exitCode, stderr } = await release(version, out)
      expect(exitCode).toBe(1)
      return stderr
    }
    expect(await refused('next')).toBe('✗ next is no version: 1.2.3, say\n')
    expect(await refused('0.2.0')).toMatch(
      /^✗ package\.json says 0\.1\.0, not 0\.2\.0\n✗ packages\/server.*\n✗ packages\/resources.*\n✗ CHANGELOG\.md says nothing below "## 0\.2\.0"\n$/,
    )
    expect(await refused('0.1.0', 'out')).toMatch(/^✗ .*out is not empty\n$/)
    await writeFile(at('tree/stray'), '')
    expect(await refused('0.1.0')).toMatch(/^✗ the tree is not what is committed:\n\?\? stray\n$/)
    await rm(at('tree/stray'))
    expect(await readdir(folder.path)).not.toContain('none')
  })

  describe('unpacked where there is nothing but Node.js', () => {
    /** The programs that its command asks for; no npm, no compiler, no git. */
    const PROGRAMS = ['dirname', 'readlink']

    beforeAll(async () => {
      for (const name of ['bare', 'programs']) await mkdir(at(name))
      const tarball = at('out', `holdfast-0.1.0-${PLATFORM}.tar.gz`)
      await runCommand('tar', ['-xzf', tarball, '-C', at('bare')])
      for (const program of PROGRAMS) {
        const { text } = await runCommand('/bin/sh', ['-c', `command -v ${program}`])
        await symlink(text.trim(), at('programs', program))
      }
    })

    const command = (): string => at('bare', `holdfast-0.1.0-${PLATFORM}`, 'bin/holdfast')

    it('says what it needs', async () => {
      const told = await runCommand(command(), ['--version'], {
        environment: { PATH: at('programs') },
        allowFailure: true,
      })
      expect([told.exitCode, told.stderr]).toEqual([1, expect.stringContaining('needs Node.js 24 or newer')])
      // Beside its command it is found, whatever the PATH says.
      await symlink(process.execPath, join(dirname(command()), 'node'))
      const { text } = await runCommand(command(), ['--version'], { environment: { PATH: at('programs') } })
      expect(text).toBe('0.1.0\n')
    })

    describeBareServer(() => ({ command: [command()], environment: { PATH: at('programs') } }))
  })
})
