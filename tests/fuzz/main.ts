/**
 * `npm run fuzz [target …] [-- --seconds N] [--seed N]`: runs our parsers on inputs that nobody thought of, 60 seconds a
 * target, one after the other. What it finds stays in `finds/`, so that the tests fail until it is mended.
 */
import { parseArgs } from 'node:util'
import { fuzzTarget } from './fuzz-target-in-thread.ts'
import { targets } from './targets.ts'

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
  allowPositionals: true,
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? Date.now() % 2 ** 32)
if (!(seconds > 0) || !Number.isSafeInteger(seed)) throw new Error('--seconds and --seed take a number')

let finds = 0
for (const name of positionals.length > 0 ? positionals : Object.keys(targets)) {
  finds += await fuzzTarget(name, seconds, seed)
}
process.exitCode = finds > 0 ? 1 : 0
