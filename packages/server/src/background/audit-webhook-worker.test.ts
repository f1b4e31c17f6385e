import { expect, it } from 'vitest'
import { AuditSpool } from '../audit/audit-spool.ts'
import { MovableClock } from '../base/clock.ts'
import { Conditions } from '../base/conditions.ts'
import { silentLog } from '../base/log.ts'
import { MemoryDisk } from '../base/memory-disk.ts'
import { systemRandom } from '../base/random.ts'
import { AuditWebhookWorker } from './audit-webhook-worker.ts'

async function made() {
  const clock = new MovableClock(new Date('2026-01-01'))
  const disk = new MemoryDisk(clock)
  await disk.makeDirectory('/audit')
  const file = await disk.create('/audit/audit-2026-01-01T00-00-00-000Z-00000000.jsonl')
  const conditions = new Conditions(clock, silentLog)
  const receiver = { isWell: false }
  const worker = new AuditWebhookWorker({
    spool: new AuditSpool(disk, systemRandom, '/audit'),
    sender: {
      async send() {
        if (!receiver.isWell) throw new Error('it answered 503')
      },
    },
    clock,
    conditions,
  })
  const { signal } = new AbortController()
  return {
    receiver,
    worker,
    record: () => file.append([Buffer.from('{}\n')]),
    raised: () => conditions.list().map(({ name, effect, reason }) => [name, effect, reason]),
    pass: async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1000)
        await worker.step(signal)
      }
    },
  }
}

it('failures count at once, and are a condition from half a minute on', async () => {
  const { receiver, worker, record, raised, pass } = await made()
  await record()
  await pass(30)
  expect([worker.counts.failures, raised()]).toEqual([5, []])
  await pass(10)
  expect(raised()).toEqual([
    ['audit-webhook', 'degraded', 'the webhook of the audit log does not take its records: it answered 503'],
  ])
  receiver.isWell = true
  await pass(60)
  expect([worker.counts.delivered, raised()]).toEqual([1, []])
})

it('one failure now and then is none', async () => {
  const { receiver, worker, record, raised, pass } = await made()
  for (let round = 0; round < 10; round++) {
    receiver.isWell = false
    await record()
    await pass(1)
    receiver.isWell = true
    await pass(20)
    expect(raised()).toEqual([])
  }
  expect(worker.counts).toMatchObject({ failures: 10, delivered: 10 })
})
