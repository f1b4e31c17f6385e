import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import type { MetricFamily } from '../base/siblings.ts'
import { type Channel, SiblingQuestions, siblingsOver } from './sibling-questions.ts'

/** Two ends: what one sends, the other takes, in a later turn. */
function channels(): [Channel, Channel] {
  const takers: ((message: unknown) => void)[][] = [[], []]
  const end = (own: number): Channel => ({
    send: (message) => {
      const text = JSON.stringify(message)
      setImmediate(() => takers[1 - own]?.forEach((take) => take(JSON.parse(text))))
    },
    onMessage: (take) => void takers[own]?.push(take),
  })
  return [end(0), end(1)]
}

const families = (value: number): MetricFamily[] => [
  { name: 'a_total', type: 'counter', help: 'A.', samples: [{ name: 'a_total', labels: {}, value }] },
]

function exchange(count: number) {
  const clock = new MovableClock(new Date('2026-01-01'))
  const primary = new SiblingQuestions(clock)
  const workers = Array.from({ length: count }, (_, index) => {
    const [ofPrimary, ofWorker] = channels()
    primary.join(String(index + 1), ofPrimary)
    const siblings = siblingsOver(ofWorker, String(index + 1))
    siblings.answerWith({
      metrics: () => families(index + 1),
      denial: (requestId) => (requestId === String(index + 1) ? { requestId } : undefined),
    })
    return siblings
  })
  return { clock, primary, workers }
}

it('a worker is told what the others count', async () => {
  const { workers } = exchange(3)
  const [first, second] = await Promise.all([workers[0]?.ask('metrics'), workers[1]?.ask('metrics')])
  expect(first).toEqual(
    new Map([
      ['2', families(2)],
      ['3', families(3)],
    ]),
  )
  expect([...(second?.keys() ?? [])]).toEqual(['1', '3'])
})

it('one that does not answer within a second is told as such', async () => {
  const { clock, primary, workers } = exchange(2)
  const [deaf] = channels()
  primary.join('3', deaf)
  const asked = workers[0]?.ask('metrics')
  for (let count = 0; count < 5; count++) await turn()
  clock.advance(1000)
  expect(await asked).toEqual(
    new Map([
      ['2', families(2)],
      ['3', undefined],
    ] as const),
  )
})

it('one that is still starting is told as such, at once', async () => {
  const { primary, workers } = exchange(1)
  const [ofPrimary, ofWorker] = channels()
  primary.join('2', ofPrimary)
  siblingsOver(ofWorker, '2')
  expect(await workers[0]?.ask('metrics')).toEqual(new Map([['2', undefined]]))
})

it('one that has ended is asked no more, and a lone one hears of nobody', async () => {
  const { primary, workers } = exchange(2)
  primary.leave('2')
  expect(await workers[0]?.ask('metrics')).toEqual(new Map())
})

it('a worker asks the others for a request that it knows nothing of', async () => {
  const { workers } = exchange(3)
  const answers = await workers[0]?.ask('denial', '3')
  expect(answers).toEqual(
    new Map([
      ['2', undefined],
      ['3', { requestId: '3' }],
    ] as const),
  )
})
