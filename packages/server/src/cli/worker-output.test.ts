import { describe, expect, it } from 'vitest'
import { jsonLog } from '../base/log.ts'
import { passOnLine } from './worker-output.ts'

function passedOn(line: string, how: { isStarting?: boolean; isTerminal?: boolean } = {}): string {
  let written = ''
  const write = (text: string): void => void (written += text)
  const { isStarting = false, isTerminal = false } = how
  passOnLine(line, { log: jsonLog('info', { write }), write, isTerminal, isStarting: () => isStarting })
  return written
}

const logged = '{"level":30,"time":"2026-01-01T00:00:00.000Z","msg":"hello"}'

describe('what a worker writes to standard error', () => {
  it('is handed on as it is where it is a line of the log', () =>
    expect(passedOn(logged)).toBe(`${logged}\n`))

  it('is for people on a terminal', () =>
    expect(passedOn(logged, { isTerminal: true })).toMatch(/\d\d:\d\d:\d\d .*hello\n$/))

  it.each(['do_write error 28 4096', '{"level":30, cut o', 'malloc(): "corrupted"'])(
    'becomes a line of the log where something else printed it: %s',
    (line) => {
      expect(JSON.parse(passedOn(line))).toMatchObject({ level: 40, msg: 'a worker printed', printed: line })
    },
  )

  it('is handed on as it is while the first worker starts, and says why it cannot', () =>
    expect(passedOn('The port is in use.', { isStarting: true })).toBe('The port is in use.\n'))
})
