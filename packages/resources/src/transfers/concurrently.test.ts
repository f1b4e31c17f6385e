import { describe, expect, it } from 'vitest'
import { forEachOf, inOrder } from './concurrently.ts'

async function* numbers(count: number) {
  for (let number = 0; number < count; number++) yield number
}

/** Work that takes a while, and remembers how many were under way together. */
function work() {
  const seen = { begun: [] as number[], running: 0, most: 0 }
  return {
    seen,
    do: async (item: number) => {
      seen.begun.push(item)
      seen.most = Math.max(seen.most, ++seen.running)
      await new Promise<void>((resolve) => {
        setImmediate(resolve)
      })
      seen.running--
      return item
    },
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error('told to stop'))
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
}

describe('forEachOf', () => {
  it('does every item, so many at a time', async () => {
    const { seen, do: step } = work()
    await forEachOf(numbers(20), 3, undefined, async (item) => void (await step(item)))
    expect(seen.begun).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(seen.most).toBe(3)
  })

  it('rejects with the first failure, stops the others and begins no more', async () => {
    const begun: number[] = []
    const doing = forEachOf(numbers(9), 3, undefined, async (item, signal) => {
      begun.push(item)
      if (item === 1) throw new Error('one failed')
      await untilAborted(signal)
    })
    await expect(doing).rejects.toThrow('one failed')
    expect(begun.length).toBeLessThanOrEqual(3)
  })

  it('rejects with the failure of the items, which it closes', async () => {
    let closed = false
    async function* broken() {
      try {
        yield 1
        throw new Error('no more to read')
      } finally {
        closed = true
      }
    }
    await expect(forEachOf(broken(), 2, undefined, async () => {})).rejects.toThrow('no more to read')
    expect(closed).toBe(true)
  })

  it('rejects with the reason of the abort signal', async () => {
    const controller = new AbortController()
    const doing = forEachOf(numbers(9), 2, controller.signal, async (item, signal) => {
      if (item === 1) controller.abort(new Error('the user left'))
      await untilAborted(signal)
    })
    await expect(doing).rejects.toThrow('the user left')
  })
})

describe('inOrder', () => {
  it('gives results in order, never more than so many begun and not read', async () => {
    const { seen, do: step } = work()
    const results: number[] = []
    for await (const result of inOrder([...Array(20).keys()], 4, undefined, step)) {
      results.push(result)
      expect(seen.begun.length - results.length).toBeLessThan(4)
    }
    expect(results).toEqual([...Array(20).keys()])
    expect(seen.most).toBe(4)
  })

  it('rejects with the first failure though an earlier item still runs', async () => {
    const reading = inOrder([0, 1, 2], 3, undefined, async (item, signal) => {
      if (item === 1) throw new Error('one failed')
      return untilAborted(signal)
    })
    await expect(reading.next()).rejects.toThrow('one failed')
  })

  it('stops the rest when its reader leaves', async () => {
    const aborted: number[] = []
    for await (const first of inOrder([0, 1, 2], 3, undefined, async (item, signal) => {
      if (item > 0) {
        signal.addEventListener('abort', () => aborted.push(item))
        return untilAborted(signal)
      }
      return item
    })) {
      expect(first).toBe(0)
      break
    }
    expect(aborted).toEqual([1, 2])
  })
})
