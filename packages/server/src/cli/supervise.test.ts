import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { jsonLog } from '../base/log.ts'
import { type ServedUrls, Supervisor } from './supervise.ts'

class FakeWorker {
  readonly #ready = Promise.withResolvers<ServedUrls>()
  readonly #ended = Promise.withResolvers<string>()
  readonly ready = this.#ready.promise
  readonly ended = this.#ended.promise
  drained = false
  retired = false
  killed = false
  isStuck = false
  isSilent = false
  held = false
  readonly pulse = { take: () => !this.isSilent }

  readonly isCurrent: () => boolean

  constructor(isCurrent: () => boolean) {
    this.isCurrent = isCurrent
  }

  isHeld(): Promise<boolean> {
    return Promise.resolve(this.held)
  }

  becomeReady(): void {
    this.#ready.resolve({ url: 'http://127.0.0.1:9000', consoleUrl: undefined })
  }

  die(how: string): void {
    this.#ended.resolve(how)
  }

  drain(): void {
    this.drained = true
    if (!this.isStuck) this.die('exit code 0')
  }

  retire(): void {
    this.retired = true
  }

  kill(): void {
    this.killed = true
    this.die('SIGKILL')
  }
}

function supervised(count: number) {
  const workers: FakeWorker[] = []
  const clock = new MovableClock(new Date('2026-01-01'))
  const urls: string[] = []
  let config = 0
  const fork = (): FakeWorker => {
    const mine = config
    const worker = new FakeWorker(() => mine === config)
    workers.push(worker)
    return worker
  }
  const lines: string[] = []
  const log = jsonLog('warn', { write: (line) => void lines.push(line) })
  const supervisor = new Supervisor({ fork, clock, log, hangMilliseconds: 60_000 })
  const exitCode = supervisor.run(count, ({ url }) => urls.push(url))
  const replace = (to = config + 1) => {
    config = to
    return supervisor.replace()
  }
  return { workers, clock, urls, supervisor, replace, exitCode, told: () => lines.join('') }
}

describe('Supervisor', () => {
  it('starts the others once the first worker is ready, and says so once', async () => {
    const { workers, urls, supervisor, exitCode } = supervised(3)
    await turn()
    expect(workers).toHaveLength(1)
    workers[0]?.becomeReady()
    await turn()
    expect(workers).toHaveLength(3)
    expect(urls).toEqual(['http://127.0.0.1:9000'])
    supervisor.stop()
    expect(await exitCode).toBe(0)
    expect(workers.every((worker) => worker.drained)).toBe(true)
  })

  it('ends with 1 when the first worker cannot start', async () => {
    const { workers, urls, exitCode } = supervised(3)
    workers[0]?.die('exit code 1')
    expect(await exitCode).toBe(1)
    expect(workers).toHaveLength(1)
    expect(urls).toEqual([])
  })

  it('starts another worker for one that dies', async () => {
    const { workers, supervisor, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    workers[1]?.die('SIGKILL')
    await turn()
    expect(workers).toHaveLength(3)
    supervisor.stop()
    expect(await exitCode).toBe(0)
    expect(workers[1]?.drained).toBe(false)
  })

  it('pauses longer and longer while workers die young, five starts a minute at the most, and never gives up', async () => {
    const { workers, clock, supervisor, exitCode } = supervised(1)
    workers[0]?.becomeReady()
    const starts: number[] = []
    for (let second = 0; second < 240; second++) {
      await turn()
      if (workers.length > starts.length + 1) starts.push(second)
      workers.at(-1)?.die('SIGKILL')
      await turn()
      clock.advance(1000)
    }
    expect(starts.length).toBeGreaterThan(6)
    for (const start of starts) {
      expect(starts.filter((other) => other >= start && other < start + 60).length).toBeLessThanOrEqual(5)
    }
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('starts another at once when the last lived long', async () => {
    const { workers, clock, supervisor, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    for (let deaths = 0; deaths < 30; deaths++) {
      await turn()
      clock.advance(60_000)
      workers.at(-1)?.die('SIGSEGV')
      await turn()
    }
    expect(workers).toHaveLength(32)
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('ends a worker whose thread does not come round for a minute, and starts another', async () => {
    const { workers, clock, supervisor, exitCode, told } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    workers[1]?.becomeReady()
    const pass = async (seconds: number): Promise<void> => {
      for (let passed = 0; passed < seconds; passed += 5) {
        await turn()
        clock.advance(5000)
        await turn()
      }
    }
    for (const worker of workers) worker.isSilent = true
    await pass(55)
    const [first, second] = workers
    if (!first || !second) throw new Error('two workers were started')
    first.isSilent = false
    await pass(5)
    expect([first.killed, second.killed]).toEqual([false, true])
    expect(workers).toHaveLength(3)
    expect(told()).toContain('"seconds":60,"msg":"a worker hangs; killed"')
    // What the system holds may go on.
    first.isSilent = true
    first.held = true
    await pass(120)
    expect(first.killed).toBe(false)
    expect(told().split('a worker hangs: it waits')).toHaveLength(2)
    first.held = false
    await pass(5)
    expect(first.killed).toBe(true)
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('puts another in the place of each, one after the other, and keeps those', async () => {
    const { workers, supervisor, replace, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    workers[1]?.becomeReady()
    const replaced = replace()
    await turn()
    expect(workers).toHaveLength(3)
    expect(workers[0]?.retired).toBe(false)
    workers[2]?.becomeReady()
    await turn()
    expect(workers.map(({ retired }) => retired)).toEqual([true, false, false, false])
    workers[3]?.becomeReady()
    expect(await replaced).toEqual({ replaced: 2 })
    workers[0]?.die('exit code 0')
    await turn()
    expect(workers).toHaveLength(4)
    workers[2]?.die('SIGKILL')
    await turn()
    expect(workers).toHaveLength(5)
    supervisor.stop()
    workers[1]?.die('exit code 0')
    expect(await exitCode).toBe(0)
  })

  it('puts others in the place of as many as it is asked to, though they are current', async () => {
    const { workers, supervisor, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    workers[1]?.becomeReady()
    const replaced = supervisor.replace(1)
    await turn()
    workers[2]?.becomeReady()
    expect(await replaced).toEqual({ replaced: 1 })
    expect(workers.map(({ retired }) => retired)).toEqual([true, false, false])
    supervisor.stop()
    workers[0]?.die('exit code 0')
    expect(await exitCode).toBe(0)
  })

  it('starts another for a replacement that dies while the one before it still finishes', async () => {
    const { workers, clock, supervisor, replace, exitCode } = supervised(1)
    workers[0]?.becomeReady()
    await turn()
    const replaced = replace()
    workers[1]?.becomeReady()
    await replaced
    workers[1]?.die('SIGKILL')
    await turn()
    expect(workers.map(({ retired }) => retired)).toEqual([true, false, false])
    workers[0]?.die('exit code 0')
    workers[2]?.die('SIGKILL')
    await turn()
    clock.advance(2000)
    await turn()
    expect(workers).toHaveLength(4)
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('leaves those that there are where another does not start', async () => {
    const { workers, supervisor, replace, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    const replaced = replace()
    workers[2]?.die('exit code 1')
    expect(await replaced).toEqual({ replaced: 0, failure: 'exit code 1' })
    expect(workers.some(({ retired }) => retired)).toBe(false)
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('ends one that neither starts nor ends, so that the next replacement is not held up', async () => {
    const { workers, clock, supervisor, replace, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    const replaced = replace()
    await turn()
    workers[2]?.becomeReady()
    await turn()
    clock.advance(299_999)
    await turn()
    expect(workers[3]?.killed).toBe(false)
    clock.advance(1)
    expect(await replaced).toEqual({ replaced: 1, failure: 'not ready after 300 s' })
    expect(workers.map(({ killed }) => killed).slice(3)).toEqual([true])
    const again = replace(0)
    await turn()
    workers[4]?.becomeReady()
    expect(await again).toEqual({ replaced: 1 })
    expect(workers[2]?.retired).toBe(true)
    supervisor.stop()
    for (const worker of workers) worker.die('exit code 0')
    expect(await exitCode).toBe(0)
  })

  it('puts back what started with the new config in the place of one that died, where the first one does not start', async () => {
    const { workers, supervisor, replace, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    const replaced = replace()
    await turn()
    workers[1]?.die('SIGKILL')
    await turn()
    expect(workers).toHaveLength(4)
    workers[2]?.die('SIGKILL')
    expect(await replaced).toEqual({ replaced: 0, failure: 'SIGKILL' })
    const again = replace(0)
    await turn()
    expect(workers).toHaveLength(5)
    workers[4]?.becomeReady()
    expect(await again).toEqual({ replaced: 1 })
    expect(workers.map(({ retired }) => retired)).toEqual([false, false, false, true, false])
    supervisor.stop()
    workers[3]?.die('exit code 0')
    expect(await exitCode).toBe(0)
  })

  it('tells where it ends meanwhile', async () => {
    const { workers, supervisor, replace, exitCode } = supervised(1)
    workers[0]?.becomeReady()
    await turn()
    const replaced = replace()
    await turn()
    supervisor.stop()
    expect(await replaced).toEqual({ replaced: 0, isOver: true })
    expect(await exitCode).toBe(0)
  })

  it('puts one in the place of a worker that died and waits to be started again', async () => {
    const { workers, clock, supervisor, replace, exitCode } = supervised(1)
    workers[0]?.becomeReady()
    await turn()
    for (const at of [0, 1]) {
      workers[at]?.die('SIGKILL')
      await turn()
    }
    expect(workers).toHaveLength(2)
    const replaced = replace()
    workers[2]?.becomeReady()
    await replaced
    clock.advance(60_000)
    await turn()
    expect(workers).toHaveLength(3)
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('replaces a first worker as well that is still starting', async () => {
    const { workers, supervisor, replace, exitCode } = supervised(1)
    const replaced = replace()
    await turn()
    workers[0]?.becomeReady()
    await turn()
    expect(workers).toHaveLength(2)
    workers[1]?.becomeReady()
    expect(await replaced).toEqual({ replaced: 1 })
    expect(workers[0]?.retired).toBe(true)
    supervisor.stop()
    expect(await exitCode).toBe(0)
  })

  it('replaces nothing where no worker could start', async () => {
    const { workers, replace, exitCode } = supervised(1)
    const replaced = replace()
    workers[0]?.die('exit code 1')
    expect(await exitCode).toBe(1)
    expect(await replaced).toEqual({ replaced: 0 })
    expect(workers).toHaveLength(1)
  })

  it('kills a worker that does not end when it is told to', async () => {
    const { workers, clock, supervisor, exitCode } = supervised(2)
    workers[0]?.becomeReady()
    await turn()
    const [first, stuck] = workers
    if (stuck) stuck.isStuck = true
    supervisor.stop()
    clock.advance(5 * 60_000)
    await turn()
    expect(first?.killed).toBe(false)
    expect(stuck?.killed).toBe(false)
    clock.advance(60_000)
    expect(await exitCode).toBe(0)
    expect(first?.killed).toBe(false)
    expect(stuck?.killed).toBe(true)
  })

  it('stops while the first worker is still starting', async () => {
    const { workers, supervisor, exitCode } = supervised(2)
    supervisor.stop()
    expect(await exitCode).toBe(0)
    expect(workers).toHaveLength(1)
  })

  it('starts a first worker again that crashes before it is ready, three times at the most', async () => {
    const { workers, supervisor, exitCode } = supervised(1)
    await turn()
    workers[0]?.die('SIGSEGV')
    await turn()
    workers[1]?.becomeReady()
    await turn()
    supervisor.stop()
    expect(await exitCode).toBe(0)

    const hopeless = supervised(1)
    for (let crash = 0; crash < 3; crash++) {
      await turn()
      hopeless.workers[crash]?.die('SIGBUS')
    }
    expect(await hopeless.exitCode).toBe(1)
    expect(hopeless.workers).toHaveLength(3)
    expect(hopeless.told()).toContain(
      'the start crashed 3 times, and is given up: docs/operations.md says what to do',
    )
  })
})
