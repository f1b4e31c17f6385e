import type { Plan, Round } from './plan.ts'
import { simulate } from './simulation.ts'

/** Plans that lack one thing of another. */
function* smaller(plan: Plan): Generator<Plan> {
  const without = <Item>(items: readonly Item[], index: number): Item[] =>
    items.filter((_, at) => at !== index)
  for (const [index, round] of plan.rounds.entries()) {
    yield { ...plan, rounds: without(plan.rounds, index) }
    const withRound = (changed: Partial<Round>): Plan => ({
      ...plan,
      rounds: plan.rounds.map((other, at) => (at === index ? { ...other, ...changed } : other)),
    })
    for (const client of round.steps.keys()) yield withRound({ steps: without(round.steps, client) })
    for (const mishap of round.mishaps.keys()) yield withRound({ mishaps: without(round.mishaps, mishap) })
    for (const damage of round.damages.keys()) yield withRound({ damages: without(round.damages, damage) })
    for (const [client, steps] of round.steps.entries()) {
      for (const step of steps.keys()) {
        yield withRound({
          steps: round.steps.map((other, at) => (at === client ? without(other, step) : other)),
        })
      }
    }
    if (round.days > 0) yield withRound({ days: 0 })
    if (round.end !== 'stays') yield withRound({ end: 'stays' })
  }
}

/** Leaves out of a failing plan whatever it fails without. What is left may fail in another way. */
export async function shrink(plan: Plan): Promise<Plan> {
  for (const candidate of smaller(plan)) {
    if ((await simulate(candidate)).problems.length > 0) return shrink(candidate)
  }
  return plan
}
