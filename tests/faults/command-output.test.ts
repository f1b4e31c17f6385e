import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, it, vi } from 'vitest'
import { executable } from '../support/executable.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { copyOf, holdfast, makeStore } from './damaged-folder.ts'

let folder: TemporaryDirectory
let whole: string
let damaged: string
beforeAll(async () => {
  folder = await temporaryDirectory()
  whole = join(folder.path, 'whole')
  await makeStore(whole)
  const copy = await copyOf({ path: whole })
  damaged = copy.path
  for (const name of await readdir(join(damaged, 'blobs'))) {
    if (/^[0-9a-f]{2}$/.test(name)) await rm(join(damaged, 'blobs', name), { recursive: true, force: true })
  }
  return async () => {
    await copy[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
}, 60_000)

/** What a command says to standard error, and its exit code. */
async function run(
  stdout: 'closed' | 'full',
  [command = '', ...words]: readonly string[],
  data: string,
): Promise<{ exitCode: number | null; stderr: string }> {
  const full = stdout === 'full' ? openSync('/dev/full', 'w') : undefined
  const child = spawn(process.execPath, [executable, command, '--data', data, ...words], {
    stdio: ['ignore', full ?? 'pipe', 'pipe'],
  })
  if (full !== undefined) closeSync(full)
  // Long before it writes.
  child.stdout?.destroy()
  const ended = once(child, 'close')
  const stderr = child.stderr ? await text(child.stderr) : ''
  await ended
  return { exitCode: child.exitCode, stderr }
}

const COMMANDS: readonly (readonly string[])[] = [
  ['usage'],
  ['workers', '--json'],
  ['accounts', 'list'],
  ['doctor'],
  ['scrub'],
  ['rotate-root-key'],
]

it.each(COMMANDS)('holdfast %s ends as it would with a reader', { timeout: 60_000 }, async (...words) => {
  const [command = '', ...others] = words
  const read = await holdfast(whole, command, ...others)
  expect(await run('closed', words, whole)).toEqual({ exitCode: read.exitCode, stderr: '' })
})

it('damage is told by the exit code all the same', { timeout: 60_000 }, async () => {
  expect(await run('closed', ['scrub'], damaged)).toEqual({ exitCode: 1, stderr: '' })
})

it('work is done without a reader', { timeout: 60_000 }, async () => {
  const place = join(folder.path, 'backup')
  expect(await run('closed', ['backup', place], whole)).toEqual({ exitCode: 0, stderr: '' })
  expect((await holdfast(whole, 'backup', place, '--list')).text).toMatch(/^1 moments\.$/m)
  const back = join(folder.path, 'back')
  expect(await run('closed', ['restore', place], back)).toEqual({ exitCode: 0, stderr: '' })
  expect((await holdfast(back, 'usage')).text).toContain('scrubbed')
})

it('backup --follow goes on when its reader has gone', { timeout: 60_000 }, async () => {
  const place = join(folder.path, 'followed')
  const words = ['backup', place, '--data', whole, '--follow', '--every', '1', '--keep', '2']
  const child = spawn(process.execPath, [executable, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const stderr = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const isMade = async (): Promise<void> =>
    expect((await holdfast(whole, 'backup', place, '--list')).text).toMatch(/^3 /m)
  await vi.waitFor(isMade, { timeout: 30_000, interval: 500 })
  child.kill('SIGTERM')
  await ended
  expect([child.exitCode, await stderr]).toEqual([0, ''])
})

it.runIf(process.platform === 'linux')(
  'output that is lost has an exit code of its own, after the work',
  { timeout: 60_000 },
  async () => {
    const lost = expect.stringMatching(/^The output could not be written \(ENOSPC.*\n$/) as string
    expect(await run('full', ['scrub'], whole)).toEqual({ exitCode: 74, stderr: lost })
    expect(await run('full', ['scrub'], damaged)).toEqual({ exitCode: 1, stderr: lost })
    const place = join(folder.path, 'unsaid')
    expect(await run('full', ['backup', place], whole)).toEqual({ exitCode: 74, stderr: lost })
    expect((await holdfast(whole, 'backup', place, '--list')).text).toMatch(/^1 moments\.$/m)
  },
)
