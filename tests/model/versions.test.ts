import { it } from 'vitest'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { startTestServer } from '../support/server.ts'
import { tries } from '../support/sizes.ts'
import { oneServer } from './model-server.ts'
import { expectVersionsOfModel } from './walk-versions.ts'

const count = tries(1000, 8)
/** The same seed makes the same sequences: `HOLDFAST_SEED=… vitest run tests/model`. */
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31)

it(
  `${count} random sequences of versions, markers, locks, tags, rules and times go as the model says (seed ${seed})`,
  async () => {
    await using server = await startTestServer({ clock: new MovableClock(new Date('2030-06-01T12:00:00Z')) })
    await expectVersionsOfModel(oneServer(server), { seed, count })
  },
  tries(480_000),
)
