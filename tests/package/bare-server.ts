import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { mainCredentials } from '../support/accounts.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { freePort } from '../support/free-port.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { patientIn, TEN_FAULTS } from './ten-faults.ts'

/** How a server is run that was put somewhere: the first words of its line, and all of its environment. */
export interface BareServer {
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string>>
}

/** That a server serves from where it lies, and that its doctor is content with that, and finds ten faults made on purpose. */
export function describeBareServer(server: () => BareServer): void {
  it('serves, and its doctor is content, and finds each of ten faults', { timeout: 240_000 }, async () => {
    await using made = await temporaryDirectory()
    const { at, configure } = patientIn(made.path)
    await configure({})
    await fill(server(), at('data'), at('config.json'))
    const content = await doctor(server(), made.path)
    expect([content.exitCode, content.text]).toEqual([0, expect.stringMatching(/Nothing is wrong\.\n$/)])
    for (const { name, make, openFiles, says } of TEN_FAULTS) {
      await using folder = await temporaryDirectory()
      await cp(made.path, folder.path, { recursive: true })
      const options = (await make(patientIn(folder.path))) ?? []
      const { exitCode, text } = await doctor(server(), folder.path, options, openFiles)
      expect([name, exitCode, text]).toEqual([name, 1, expect.stringMatching(says)])
    }
  })
}

/** Has a new store made with an object in a file and one in a row, and read back after a start. */
async function fill({ command, environment }: BareServer, data: string, config: string): Promise<void> {
  for (const start of ['first', 'second']) {
    const port = await freePort()
    const [program, ...words] = command
    const line = [...words, 'serve', '--data', data, '--config', config, '--address', `127.0.0.1:${port}`]
    const child = spawn(program, line, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
    const ended = once(child, 'exit')
    const url = `http://127.0.0.1:${port}`
    while (
      !(await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      expect(child.exitCode).toBe(null)
      await delay(20)
    }
    const address = { url, credentials: mainCredentials }
    if (start === 'first') {
      await createBucket(address, 'bare')
      for (const [key, sizeBytes] of [
        ['small', 10],
        ['large', 200_000],
      ] as const)
        await putObject(address, 'bare', key, contentOf(key, sizeBytes))
    }
    expect((await getObject(address, 'bare', 'small')).body.equals(contentOf('small', 10))).toBe(true)
    expect((await getObject(address, 'bare', 'large')).body.equals(contentOf('large', 200_000))).toBe(true)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  }
}

/** What the doctor of a server says of `data` of a folder. A copy of a store at rest: that it is another file is no fault. */
async function doctor(server: BareServer, folder: string, options: readonly string[] = [], openFiles = 8192) {
  await rm(join(folder, 'data/metadata/file.json'), { force: true }).catch(() => {})
  const limited = ['-c', `ulimit -n ${openFiles}; exec "$0" "$@"`, ...server.command]
  const places = ['--data', join(folder, 'data'), '--config', join(folder, 'config.json')]
  return runCommand('/bin/sh', [...limited, 'doctor', ...places, ...options], {
    allowFailure: true,
    environment: server.environment,
  })
}
