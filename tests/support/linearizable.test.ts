import { describe, expect, test } from 'vitest'
import { isLinearizable, type Operation } from './linearizable.ts'

const ABSENT = ''

function read(beganAt: number, endedAt: number, sees: string): Operation {
  return { beganAt, endedAt, sees }
}

function write(beganAt: number, endedAt: number | undefined, writes: string): Operation {
  return { beganAt, endedAt, writes }
}

/** Writes only where that is there which is expected. */
function swap(beganAt: number, endedAt: number | undefined, sees: string, writes: string): Operation {
  return { beganAt, endedAt, sees, writes }
}

function refused(beganAt: number, endedAt: number, seesNot: string): Operation {
  return { beganAt, endedAt, seesNot }
}

const good: Record<string, Operation[]> = {
  'one after the other': [write(1, 2, 'a'), read(3, 4, 'a'), write(5, 6, 'b'), read(7, 8, 'b')],
  'reads during a write see the one before, and then it': [
    write(1, 9, 'a'),
    read(2, 3, ABSENT),
    read(4, 5, 'a'),
  ],
  'of two creations at once one wins': [swap(1, 5, ABSENT, 'a'), refused(2, 6, ABSENT), read(7, 8, 'a')],
  'a write without an answer that was never made': [write(1, undefined, 'a'), read(5, 6, ABSENT)],
  'a write without an answer that is made late': [
    write(1, undefined, 'a'),
    read(5, 6, ABSENT),
    read(7, 8, 'a'),
  ],
  'a swap that relies on a write without an answer': [
    write(1, 2, 'a'),
    swap(3, undefined, 'a', 'b'),
    swap(4, 5, 'b', 'c'),
    read(6, 7, 'c'),
  ],
  'a refusal that a write without an answer explains': [
    write(1, 2, 'a'),
    write(3, undefined, 'b'),
    refused(5, 6, 'a'),
    read(7, 8, 'b'),
  ],
  'a refusal between two writes of the same': [
    write(1, 2, 'a'),
    write(3, 10, 'b'),
    refused(4, 9, 'a'),
    read(11, 12, 'b'),
  ],
}

const bad: Record<string, Operation[]> = {
  'a lost write': [write(1, 2, 'a'), read(3, 4, ABSENT)],
  'a read that went back in time': [write(1, 2, 'a'), write(3, 9, 'b'), read(4, 5, 'b'), read(6, 7, 'a')],
  'a read of what was never written': [write(1, 2, 'a'), read(3, 4, 'b')],
  'a read of what is written later': [read(1, 2, 'a'), write(3, 4, 'a')],
  'two creations that both won': [swap(1, 5, ABSENT, 'a'), swap(2, 6, ABSENT, 'b'), read(7, 8, 'b')],
  'two swaps of the same that both won': [write(1, 2, 'a'), swap(3, 6, 'a', 'b'), swap(4, 7, 'a', 'c')],
  'a refusal without a reason': [write(1, 2, 'a'), refused(3, 4, 'a')],
  'a write without an answer that was made twice': [
    write(1, 2, 'a'),
    write(3, undefined, 'b'),
    read(5, 6, 'b'),
    write(7, 8, 'c'),
    read(9, 10, 'b'),
  ],
  'a refusal that only a write without an answer explains, which came later': [
    write(1, 2, 'a'),
    refused(3, 4, 'a'),
    write(5, undefined, 'b'),
  ],
  'a write without an answer before it began': [read(1, 2, 'a'), write(3, undefined, 'a')],
}

describe('a history that has one order', () => {
  test.each(Object.entries(good))('%s', (_, operations) => {
    expect(isLinearizable(ABSENT, operations)).toBe(true)
    expect(isLinearizable(ABSENT, operations.toReversed())).toBe(true)
  })
})

describe('a history that has none', () => {
  test.each(Object.entries(bad))('%s', (_, operations) => {
    expect(isLinearizable(ABSENT, operations)).toBe(false)
  })
})

/** What clients at once see of something that has one order, each change at a moment between its beginning and its end. */
function history(length: number, clients: number): Operation[] {
  let state = ABSENT
  return Array.from({ length }, (_, index) => {
    const [beganAt, endedAt] = [index - ((index * 7) % clients), index + 0.5 + ((index * 5) % clients)]
    if (index % 3 === 0) return read(beganAt, endedAt, state)
    const before = state
    state = `value ${index}`
    if (index % 3 === 1) return swap(beganAt, endedAt, before, state)
    return write(beganAt, index % 40 === 2 ? undefined : endedAt, state)
  })
}

test('one with hundreds of writes without an answer is looked through in time', () => {
  const cut = Array.from({ length: 400 }, (_, index) => {
    const [beganAt, writes] = [2 + index / 500, index % 9 === 0 ? ABSENT : `unknown ${index}`]
    return index % 2 === 0 ? write(beganAt, undefined, writes) : swap(beganAt, undefined, 'a', writes)
  })
  const before = [write(0, 1, 'a'), read(1, 2, 'a')]
  // It was to be written where the first was, which is gone by then.
  const impossible = [refused(3, 4, 'a'), read(5, 6, ABSENT), read(7, 8, 'unknown 77')]
  expect(isLinearizable(ABSENT, [...before, ...cut, ...impossible])).toBe(false)
  const possible = [read(3, 4, 'unknown 77'), refused(5, 6, 'unknown 77'), read(7, 8, ABSENT)]
  expect(isLinearizable(ABSENT, [...before, ...cut, ...possible, refused(9, 10, ABSENT)])).toBe(true)
})

test('a long one of many clients is looked through in time, and one change in it is found', () => {
  const long = history(3000, 8)
  expect(isLinearizable(ABSENT, long)).toBe(true)
  const damaged = long.with(1500, read(1500, 1500.5, 'value 1400'))
  expect(isLinearizable(ABSENT, damaged)).toBe(false)
})
