import { expect, it } from 'vitest'
import { jsonLog } from '../base/log.ts'
import { completeConfig } from '../config/config.ts'
import type { AcceptedConfig } from './accepted-config.ts'
import { LiveConfig } from './live-config.ts'
import type { Replacement } from './supervise.ts'

const config = (region: string): AcceptedConfig => ({
  config: completeConfig({ region }),
  keysFrom: 'config',
  fileText: region,
})

/** A config that becomes another one, and what the log says of it; each of `replacements` stands for what a server does. */
async function renewed(...replacements: readonly ((live: LiveConfig) => Replacement)[]) {
  const lines: string[] = []
  const log = jsonLog('info', { write: (line) => void lines.push(line) })
  const live = new LiveConfig(config('before'), async () => config('after'), log)
  live.give().setsUp()
  const left = [...replacements]
  await live.renew(async () => left.shift()?.(live) ?? { replaced: 0 })
  return { left: left.length, live, now: live.accepted.fileText, told: lines.join('') }
}

const replaces = (replaced: number, failure?: string) => (live: LiveConfig) => {
  for (let count = 0; count < replaced; count++) {
    const lease = live.give()
    if (lease.given.isFirst) lease.setsUp()
  }
  if (failure === undefined) return { replaced }
  live.give().giveBack()
  return { replaced, failure }
}

it('is the new one where all workers start with it', async () => {
  const { live, now, told } = await renewed(replaces(2))
  expect(now).toBe('after')
  expect(live.give().given).toEqual({ fileText: 'after', isFirst: false })
  expect(told).toContain('the config was read anew')
  expect(told).toContain('"changed":["region"]')
})

it('stays the old one where no worker starts with the new one', async () => {
  const { live, now, told } = await renewed(replaces(0, 'exit code 1'))
  expect(now).toBe('before')
  expect(live.give().given).toEqual({ fileText: 'before', isFirst: false })
  expect(told).toContain('no worker starts with the new config')
})

it('is the old one again, for all, where a worker does not start after others did', async () => {
  const { live, now, told } = await renewed(replaces(1, 'exit code 1'), (restored) => {
    // Who is the first to go back sets up again what the new one had set up.
    expect(restored.give().given).toEqual({ fileText: 'before', isFirst: true })
    return { replaced: 1 }
  })
  expect(now).toBe('before')
  expect(live.give().given.isFirst).toBe(false)
  expect(told).toContain('which are replaced again')
  expect(told).not.toContain('no worker starts')
})

it('sets up again by the old one what the new one did, where its first worker ends while it does so', async () => {
  const least: number[] = []
  const lines: string[] = []
  const log = jsonLog('info', { write: (line) => void lines.push(line) })
  const live = new LiveConfig(config('before'), async () => config('after'), log)
  live.give().setsUp()
  const renew = async (isBackRight: boolean) => {
    await live.renew(async (asked) => {
      least.push(asked)
      const lease = live.give()
      expect(lease.given.isFirst).toBe(true)
      lease.setsUp()
      if (lease.given.fileText === 'before' && isBackRight) return { replaced: 1 }
      lease.giveBack()
      return { replaced: 0, failure: 'exit code 1' }
    })
    return lines.splice(0).join('')
  }
  expect(await renew(true)).toContain('which sets up buckets and quotas again as it says')
  expect(least).toEqual([0, 1])
  expect(live.give().given).toEqual({ fileText: 'before', isFirst: false })
  expect(await renew(false)).toContain('may be as the new one says until a SIGHUP succeeds')
  // The next worker that starts does it.
  expect(live.give().given).toEqual({ fileText: 'before', isFirst: true })
})

it('reads the config once more, and no oftener, where it is asked to while it is being renewed', async () => {
  let reads = 0
  const log = jsonLog('info', { write: () => {} })
  const live = new LiveConfig(config('before'), async () => config(String(++reads)), log)
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const under = [first, second]
  const replaced: string[] = []
  const replace = async () => {
    replaced.push(live.accepted.fileText ?? '')
    await under.shift()?.promise
    return { replaced: 2 }
  }
  const renewals = [live.renew(replace), live.renew(replace)]
  await new Promise(setImmediate)
  renewals.push(live.renew(replace), live.renew(replace), live.renew(replace))
  await new Promise(setImmediate)
  expect(replaced).toEqual(['1'])
  first.resolve()
  await new Promise(setImmediate)
  // One that comes now may be about what was not read.
  renewals.push(live.renew(replace))
  second.resolve()
  await Promise.all(renewals)
  expect(replaced).toEqual(['1', '2', '3'])
})

it('replaces again what started with the new one for a worker that had died, where the first one does not start', async () => {
  const { left, told } = await renewed(replaces(0, 'SIGKILL'), () => ({ replaced: 1 }))
  expect(left).toBe(0)
  expect(told).toContain('which are replaced again')
})

it('says so where those that started with the new one stay', async () => {
  const { now, told } = await renewed(replaces(1, 'exit code 1'), replaces(0, 'SIGKILL'))
  expect(now).toBe('before')
  expect(told).toContain('some serve with the new config until a SIGHUP succeeds')
})

it('says nothing of a server that ends', async () => {
  const { told } = await renewed(() => ({ replaced: 0, isOver: true }))
  expect(told).toBe('')
  const later = await renewed(replaces(1, 'SIGTERM'), () => ({ replaced: 0, isOver: true }))
  expect(later.told).toBe('')
})

it('tells of a worker whether another would start as it did', async () => {
  const { live } = await renewed()
  const worker = live.give()
  expect(worker.isCurrent()).toBe(true)
  await live.renew(async () => ({ replaced: worker.isCurrent() ? 0 : 1 }))
  expect(worker.isCurrent()).toBe(false)
  expect(live.give().isCurrent()).toBe(true)
})

it('leaves what is to be done once to the next worker where the first ends before it is ready', () => {
  const live = new LiveConfig(
    config('before'),
    async () => config('after'),
    jsonLog('info', { write: () => {} }),
  )
  const first = live.give()
  expect(first.given.isFirst).toBe(true)
  const beside = live.give()
  expect(beside.given.isFirst).toBe(false)
  beside.giveBack()
  expect(live.give().given.isFirst).toBe(false)
  first.giveBack()
  expect(live.give().given.isFirst).toBe(true)
})
