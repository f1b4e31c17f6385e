import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { Conditions } from '../base/conditions.ts'
import { silentLog } from '../base/log.ts'
import { type ConditionCheck, ConditionProbe } from './condition-probe.ts'

function probed(check: ConditionCheck['check']) {
  const clock = new MovableClock(new Date('2026-01-01'))
  const conditions = new Conditions(clock, silentLog)
  const probe = new ConditionProbe(
    [{ name: 'keys', failed: 'failed', silent: 'silent', check }],
    conditions,
    clock,
  )
  const reasons = (): string[] => conditions.list().map(({ reason }) => reason)
  const tenSeconds = async (): Promise<void> => {
    clock.advance(10_000)
    await turn()
  }
  return { clock, probe, reasons, tenSeconds }
}

describe('ConditionProbe', () => {
  it('looks before it is started, and every 10 s', async () => {
    let reason: string | undefined = 'gone'
    const { probe, reasons, tenSeconds } = probed(async () => reason)
    await probe.start()
    expect(reasons()).toEqual(['gone'])
    reason = undefined
    await tenSeconds()
    expect(reasons()).toEqual([])
    await probe.stop()
  })

  it('takes a check that fails for bad news', async () => {
    const { probe, reasons } = probed(() => Promise.reject(new Error('no disk')))
    await probe.start()
    expect(reasons()).toEqual(['failed'])
    await probe.stop()
  })

  it('tells that a check gives no answer, is not held up by it, and hears it in the end', async () => {
    const answer = Promise.withResolvers<undefined>()
    const { clock, probe, reasons, tenSeconds } = probed(() => answer.promise)
    const started = probe.start()
    clock.advance(5000)
    await started
    expect(reasons()).toEqual([])
    await tenSeconds()
    expect(reasons()).toEqual(['silent'])
    answer.resolve(undefined)
    await turn()
    expect(reasons()).toEqual([])
    await probe.stop()
  })

  it('stops though a check gives no answer', async () => {
    const { clock, probe, reasons, tenSeconds } = probed(() => new Promise<undefined>(() => {}))
    const started = probe.start()
    clock.advance(5000)
    await started
    await tenSeconds()
    await probe.stop()
    expect(reasons()).toEqual(['silent'])
  })
})
