import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { executable } from '../support/executable.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { holdfast, makeStore } from './damaged-folder.ts'

const SERVER_USER = 4711
/** Of the other endpoint. */
const OF_SOURCE = { AWS_ACCESS_KEY_ID: 'access-key', AWS_SECRET_ACCESS_KEY: 'secret-key' }

/** What lies in a folder of another user than the servers'. */
async function foreignIn(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true })
  const found = await Promise.all(
    names.map(async (name) => ((await lstat(join(path, name))).uid === SERVER_USER ? [] : [name])),
  )
  return found.flat()
}

const isRoot = process.getuid?.() === 0

it.runIf(isRoot)(
  'root leaves nothing that the user of the servers cannot read',
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const [data, backup] = [join(folder.path, 'data'), join(folder.path, 'backup')]
    await makeStore(data)
    expect(await holdfast(data, 'backup', backup)).toMatchObject({ exitCode: 0 })
    await runCommand('chown', ['-R', `${SERVER_USER}:${SERVER_USER}`, data])
    for (const [command = '', ...options] of [
      ['import', '--from', 'http://127.0.0.1:1', '--bucket', 'photos'],
      ['restore', backup, '--bucket', 'scrubbed', '--as', 'again'],
      ['rotate-root-key'],
      ['repair', '--yes'],
    ]) {
      const { exitCode, stderr } = await runCommand(
        process.execPath,
        [executable, command, '--data', data, ...options],
        {
          allowFailure: true,
          environment: OF_SOURCE,
        },
      )
      expect([command, exitCode === 0, stderr]).toEqual([
        command,
        false,
        expect.stringContaining(`Run it as the user of the server: sudo -u '#${SERVER_USER}' holdfast`),
      ])
      expect(await foreignIn(data)).toEqual([])
    }
    // Others write rows alone, and a backup that root's cron makes has to go on.
    expect(await holdfast(data, 'backup', backup)).toMatchObject({ exitCode: 0 })
  },
)
