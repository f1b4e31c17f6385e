import { parseArgs } from 'node:util'
import { checkRecording } from './check-recording.ts'
import { ImageChecker } from './image-checker.ts'
import { readRecording } from './recording.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    images: { type: 'string', default: '400' },
    only: { type: 'string' },
    'leave-out': { type: 'string' },
  },
})
const [log] = positionals
if (log === undefined) throw new Error('which recording?')
const leftOut = values['leave-out'] === undefined ? undefined : new RegExp(values['leave-out'])
await using checker = new ImageChecker()
const problems = await checkRecording({
  recording: await readRecording(log),
  checker,
  seed: values.seed,
  images: Number(values.images),
  ...(values.only !== undefined && { only: Number(values.only) }),
  ...(leftOut && { leftOut: (path, { kind }) => leftOut.test(`${kind} ${path}`) }),
})
process.stdout.write(`${JSON.stringify(problems, undefined, 2)}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
