import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { jsonLog } from '../base/log.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { GuessGuard, type GuessOutcome, type ShortSecret } from './guess-guard.ts'

const SECRET: ShortSecret = { kind: 'mfa', whose: '100000000001 phone' }

function guarded() {
  const clock = new MovableClock(new Date('2026-01-01T00:00:00Z'))
  const lines: Record<string, unknown>[] = []
  const log = jsonLog('warn', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) })
  const metadata = openMemory({ random: seededRandom('guesses') })
  // Two processes on one store.
  const first = new GuessGuard({ metadata, clock, log })
  const second = new GuessGuard({ metadata, clock, log })
  let looks = 0
  const guess = (outcome: GuessOutcome, { guard = first, whose = SECRET.whose } = {}) =>
    guard.hear({ ...SECRET, whose }, async () => {
      looks++
      return outcome
    })
  return { clock, lines, guess, first, second, looks: () => looks }
}

it('hears five wrong guesses, whichever process they come to, and then none for a while', async () => {
  const { guess, first, second, looks, clock, lines } = guarded()
  for (const guard of [first, second, first, second, first]) {
    expect(await guess('wrong', { guard })).toBe('wrong')
  }
  for (const guard of [first, second]) expect(await guess('right', { guard })).toBe('unheard')
  expect(looks()).toBe(5)
  expect(await guess('right', { whose: 'another' })).toBe('right')
  clock.advance(29_999)
  expect(await guess('right')).toBe('unheard')
  clock.advance(1)
  expect(await guess('right')).toBe('right')
  expect(lines).toMatchObject([{ ...SECRET, wrongGuesses: 5, pauseSeconds: 30 }])
})

it('doubles the pause with each further one, up to an hour, until one is right', async () => {
  const { guess, clock, lines } = guarded()
  for (let count = 1; count <= 14; count++) {
    expect(await guess('wrong')).toBe('wrong')
    clock.advance(Number(lines.at(-1)?.['pauseSeconds'] ?? 0) * 1000)
  }
  const pauses = lines.map(({ pauseSeconds }) => pauseSeconds)
  expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
  expect(await guess('right')).toBe('right')
  for (let count = 1; count <= 4; count++) expect(await guess('wrong')).toBe('wrong')
  expect(await guess('right')).toBe('right')
})

it('hears no more of many at once than of as many in turn', async () => {
  const { guess, first, second } = guarded()
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, at) => guess('wrong', { guard: at % 2 ? first : second })),
  )
  expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(5)
})

it('counts what is spent neither as wrong nor as right', async () => {
  const { guess } = guarded()
  for (let count = 1; count <= 4; count++) expect(await guess('wrong')).toBe('wrong')
  for (let count = 1; count <= 9; count++) expect(await guess('spent')).toBe('spent')
  expect(await guess('wrong')).toBe('wrong')
  expect(await guess('wrong')).toBe('unheard')
})

it('does not go on with a pause for as long as a clock was wrong', async () => {
  const { guess, clock } = guarded()
  clock.advance(30 * 24 * 3600 * 1000)
  for (let count = 1; count <= 5; count++) await guess('wrong')
  clock.advance(-1000)
  expect(await guess('right')).toBe('unheard')
  clock.advance(-30 * 24 * 3600 * 1000)
  expect(await guess('right')).toBe('right')
})
