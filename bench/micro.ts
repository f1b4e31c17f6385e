import { median } from './base/statistics.ts'

const ROUND_MICROSECONDS = 100_000
const ROUNDS = 9

/** Where results go, so that the compiler cannot drop the work. */
export let sink: unknown

/**
 * Times functions against each other: a warm-up each, then short rounds by turns; prints the median of each in
 * nanoseconds a call and calls a second, by CPU time, so that other work on the machine counts little. Asynchronous
 * functions are awaited, which costs about 0.1 µs by itself; what other threads do for them is not seen.
 */
export async function micro(cases: Readonly<Record<string, () => unknown>>): Promise<void> {
  const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, work] of Object.entries(cases)) {
      const nanoseconds = await timeOf(work)
      if (round > 0) times.get(name)?.push(nanoseconds)
    }
  }
  for (const [name, values] of times) {
    const time = median(values)
    const rate = Math.round(1e9 / time).toLocaleString('en')
    console.log(`${name.padEnd(48)} ${time.toFixed(0).padStart(10)} ns ${rate.padStart(14)} /s`)
  }
}

/** Nanoseconds of this thread's CPU a call, in a batch of calls that doubles until it takes a round. */
async function timeOf(work: () => unknown): Promise<number> {
  for (let calls = 1; ; calls *= 2) {
    const start = process.threadCpuUsage()
    for (let call = 0; call < calls; call++) {
      const result = work()
      sink = result instanceof Promise ? await result : result
    }
    const { user, system } = process.threadCpuUsage(start)
    if (user + system >= ROUND_MICROSECONDS) return ((user + system) * 1000) / calls
  }
}
