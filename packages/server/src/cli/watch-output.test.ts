import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { watchOutput } from './watch-output.ts'

class Process extends EventEmitter {
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough({ encoding: 'utf8' })
  exitCode: number | undefined

  /** What is written to standard output fails with each of these. */
  fail(...codes: string[]): void {
    for (const code of codes) this.stdout.emit('error', Object.assign(new Error(`${code}: why`), { code }))
  }

  /** What it said to standard error, and its exit code. */
  end(): [unknown, number | undefined] {
    this.emit('beforeExit')
    return [this.stderr.read(), this.exitCode]
  }
}

function watched(exitCode?: number): Process {
  const process = new Process()
  process.exitCode = exitCode
  watchOutput(process)
  return process
}

it.each([undefined, 0, 1])('a reader that has gone changes nothing (exit code %s)', (exitCode) => {
  const process = watched(exitCode)
  process.fail('EPIPE', 'ECONNRESET', 'EPIPE')
  expect(process.end()).toEqual([null, exitCode])
})

it.each([
  [undefined, 74],
  [0, 74],
  [1, 1],
  [2, 2],
])('output that is lost is told once, and keeps the exit code of a failure (%s)', (before, after) => {
  const process = watched(before)
  process.fail('ENOSPC', 'ENOSPC')
  expect(process.end()).toEqual([expect.stringMatching(/^The output .*ENOSPC: why.*\n$/), after])
})

it('standard error that is closed is let be', () => {
  const process = watched()
  process.stderr.emit('error', new Error('EPIPE'))
  expect(process.end()).toEqual([null, undefined])
})
