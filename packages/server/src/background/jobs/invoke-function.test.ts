import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import type { Functions } from '../../s3/shared/announcing/functions.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { invokeFunction } from './invoke-function.ts'
import type { JobSession } from './perform-as.ts'

const ACCOUNT = '100000000001'
const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:resize`

/** A session of the account itself, which may call what it likes. */
function sessionWith(functions: Functions): { readonly session: JobSession; readonly clock: MovableClock } {
  const clock = new MovableClock(new Date('2026-12-01'))
  const service = {
    clock,
    random: systemRandom,
    settings: { region: 'us-east-1' },
    eventDestinations: { functions, admits: () => true },
  } as unknown as S3Service
  const principal = { kind: 'account', account: { id: ACCOUNT } }
  const caller = { principal, policies: { identity: [] }, traits: {} } as unknown as JobSession['caller']
  return { clock, session: { jobId: 'job', service, caller, signal: new AbortController().signal } }
}

/** Looks whether there is a function this often before there is one. */
function appearing(looks: number): Functions {
  let left = looks
  return {
    find: () => (left-- > 0 ? undefined : ARN),
    invoke: async (_arn, payload) => {
      const { tasks } = JSON.parse(payload) as { tasks: [{ taskId: string }] }
      const results = [{ taskId: tasks[0].taskId, resultCode: 'Succeeded', resultString: 'done' }]
      return { payload: JSON.stringify({ results }), isError: false }
    },
  }
}

/** What comes of it within a minute. */
async function settled(clock: MovableClock, work: Promise<unknown>) {
  const over = work.then(
    (value) => ({ value }),
    (error: Error) => ({ error: error.message }),
  )
  for (let second = 0; second < 60; second++) {
    await turn()
    clock.advance(1000)
  }
  return over
}

it('waits for a function that this worker does not know yet, amid a reload', async () => {
  const { session, clock } = sessionWith(appearing(3))
  const call = invokeFunction(session, { FunctionArn: 'resize' }, ['data', 'a'])
  expect(await settled(clock, call)).toEqual({ value: 'done' })
})

it('fails in the end where there is none any more', async () => {
  const { session, clock } = sessionWith(appearing(100))
  const call = invokeFunction(session, { FunctionArn: 'resize' }, ['data', 'a'])
  expect(await settled(clock, call)).toEqual({
    error: `The config has no function ${ARN} for this account (notifications.destinations)`,
  })
})
