import { describe, expect, it } from 'vitest'
import { MovableClock } from './clock.ts'
import { Conditions } from './conditions.ts'
import { jsonLog } from './log.ts'

function watched() {
  const lines: Record<string, unknown>[] = []
  const clock = new MovableClock(new Date('2026-01-01'))
  const log = jsonLog('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) })
  return { lines, clock, conditions: new Conditions(clock, log) }
}

describe('Conditions', () => {
  it('tells what there is until it is over, and logs each beginning and end once', () => {
    const { lines, clock, conditions } = watched()
    conditions.raise('full-disk', 'no space')
    clock.advance(5000)
    conditions.raise('full-disk', 'no space')
    conditions.raise('class-cold', 'not mounted', { effect: 'degraded' })
    expect(conditions.list()).toEqual([
      { name: 'full-disk', reason: 'no space', effect: 'unready', since: new Date('2026-01-01') },
      {
        name: 'class-cold',
        reason: 'not mounted',
        effect: 'degraded',
        since: new Date('2026-01-01T00:00:05'),
      },
    ])
    conditions.clear('full-disk')
    conditions.clear('full-disk')
    expect(conditions.list().map(({ name }) => name)).toEqual(['class-cold'])
    expect(lines.map(({ condition, msg, seconds }) => ({ condition, msg, seconds }))).toEqual([
      { condition: 'full-disk', msg: 'no space' },
      { condition: 'class-cold', msg: 'not mounted' },
      { condition: 'full-disk', msg: 'over', seconds: 5 },
    ])
  })

  it('keeps the time of a condition whose reason changes', () => {
    const { clock, conditions } = watched()
    conditions.raise('keys', 'away')
    clock.advance(1000)
    conditions.raise('keys', 'refused')
    expect(conditions.list()).toMatchObject([{ reason: 'refused', since: new Date('2026-01-01') }])
  })
})
