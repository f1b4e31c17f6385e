import { it } from 'vitest'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { startTestServer } from '../support/server.ts'
import { tries } from '../support/sizes.ts'
import { expectLocksToHold } from './attack-locks.ts'
import { oneServer } from './model-server.ts'

const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31)

it(`no sequence of requests by anyone removes what is under retention or legal hold (seed ${seed})`, async () => {
  await using server = await startTestServer({
    clock: new MovableClock(new Date('2030-06-01T12:00:00Z')),
    minimumPartBytes: 1,
    newBuckets: { blockPublicAccess: false },
  })
  await expectLocksToHold(oneServer(server), { seed, count: tries(150, 3) })
}, 120_000)
