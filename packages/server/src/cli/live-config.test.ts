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

/** A config that becomes another one, and what the log says of it. */
async function renewed(...replacements: readonly Replacement[]) {
  const lines: string[] = []
  const log = jsonLog('info', { write: (line) => void lines.push(line) })
  const live = new LiveConfig(config('before'), async () => config('after'), log)
  const left = [...replacements]
  const asked: { readonly most: number | undefined; readonly given: string | undefined }[] = []
  await live.renew(async (most) => {
    asked.push({ most, given: live.give().fileText })
    return left.shift() ?? { replaced: 0 }
  })
  return { asked, now: live.accepted.fileText, told: lines.join('') }
}

it('is the new one where all workers start with it', async () => {
  const { asked, now, told } = await renewed({ replaced: 2 })
  expect(asked).toEqual([{ most: undefined, given: 'after' }])
  expect(now).toBe('after')
  expect(told).toContain('the config was read anew')
  expect(told).toContain('"changed":["region"]')
})

it('stays the old one where no worker starts with the new one', async () => {
  const { asked, now, told } = await renewed({ replaced: 0, failure: 'exit code 1' })
  expect(asked).toHaveLength(1)
  expect(now).toBe('before')
  expect(told).toContain('no worker starts with the new config')
})

it('is the old one again, for all, where a worker does not start after others did', async () => {
  const { asked, now, told } = await renewed({ replaced: 1, failure: 'exit code 1' }, { replaced: 1 })
  expect(asked).toEqual([
    { most: undefined, given: 'after' },
    { most: 1, given: 'before' },
  ])
  expect(now).toBe('before')
  expect(told).toContain('which are replaced again')
  expect(told).not.toContain('no worker starts')
})

it('says so where those that started with the new one stay', async () => {
  const failure = { replaced: 0, failure: 'SIGKILL' }
  const { now, told } = await renewed({ replaced: 1, failure: 'exit code 1' }, failure)
  expect(now).toBe('before')
  expect(told).toContain('some serve with the new config until a SIGHUP succeeds')
})

it('says nothing of a server that ends', async () => {
  const { told } = await renewed({ replaced: 0, isOver: true })
  expect(told).toBe('')
})
