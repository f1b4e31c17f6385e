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
  live.give()
  const left = [...replacements]
  await live.renew(async () => left.shift()?.(live) ?? { replaced: 0 })
  return { left: left.length, live, now: live.accepted.fileText, told: lines.join('') }
}

const replaces = (replaced: number, failure?: string) => (live: LiveConfig) => {
  for (let count = 0; count < replaced; count++) live.give()
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
