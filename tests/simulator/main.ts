import { parseArgs } from 'node:util'
import { planOf } from './plan.ts'
import { shrink } from './shrink.ts'
import { type Outcome, simulate } from './simulation.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, shrink: { type: 'boolean' } },
})

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function printFailure(seed: string, { problems, trace }: Outcome): void {
  print(`seed ${seed}:`)
  for (const line of trace) print(`  ${line}`)
  for (const problem of problems) print(`FAILED ${problem}`)
}

async function replay(seed: string): Promise<boolean> {
  const outcome = await simulate(planOf(seed))
  printFailure(seed, outcome)
  print(`seed ${seed}: ${outcome.problems.length} problems, trace ${outcome.traceHash}`)
  return outcome.problems.length === 0
}

async function runMany(first: number, last: number): Promise<boolean> {
  const started = Date.now()
  const failed: number[] = []
  for (let seed = first; seed <= last; seed++) {
    const outcome = await simulate(planOf(String(seed)))
    if (seed % 500 === 0) print(`up to seed ${seed}`)
    if (outcome.problems.length === 0) continue
    if (failed.push(seed) === 1) printFailure(String(seed), outcome)
    else print(`seed ${seed}: ${outcome.problems[0]}`)
  }
  const minutes = (Date.now() - started) / 60_000
  const count = last - first + 1
  print(
    `${count} seeds, ${failed.length} failed${failed.length > 0 ? ` (${failed.join(' ')})` : ''}; ${Math.round(count / minutes)} a minute`,
  )
  return failed.length === 0
}

async function shortest(seed: string): Promise<boolean> {
  const plan = await shrink(planOf(seed))
  const outcome = await simulate(plan)
  printFailure(seed, outcome)
  print(`the shortest plan that still fails:\n${JSON.stringify(plan, undefined, 1)}`)
  return outcome.problems.length === 0
}

const [first = '1', last = first] = (values.seeds ?? '1..100').split('..')
const isGreen =
  values.seed === undefined
    ? await runMany(Number(first), Number(last))
    : await (values.shrink ? shortest(values.seed) : replay(values.seed))
process.exitCode = isGreen ? 0 : 1
