import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { jsonLog } from '../base/log.ts'
import { humanLine } from './human-log.ts'

function linesOf(write: (log: ReturnType<typeof jsonLog>) => void): string {
  let text = ''
  write(jsonLog('debug', { write: (line) => void (text += stripVTControlCharacters(humanLine(line))) }))
  return text
}

describe('humanLine', () => {
  it('puts time, level, message and fields on one line', () => {
    const text = linesOf((log) => log.info({ port: 9000, name: 'two words', id: 'abc' }, 'ready'))
    expect(text).toMatch(/^\d\d:\d\d:\d\d info {2}ready port=9000 name="two words" id=abc\n$/)
  })

  it('names every level', () => {
    const text = linesOf((log) => {
      log.debug('a')
      log.warn('b')
      log.error('c')
    })
    expect(text).toMatch(/debug a\n.* warn {2}b\n.* error c\n$/)
  })

  it('shows the stack of an error below the line', () => {
    const text = linesOf((log) => log.error({ err: new Error('broken') }, 'failed'))
    expect(text).toMatch(/error failed\nError: broken\n {4}at /)
  })

  it('keeps control characters of a field away from the terminal', () => {
    expect(linesOf((log) => log.info({ key: 'a\u001b[31m' }, 'x'))).toContain('key="a\\u001b[31m"')
  })
})
