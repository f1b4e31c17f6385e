import { describe, expect, it } from 'vitest'
import { readInputs } from './corpus.ts'
import { targetNamed, targets } from './targets.ts'

/** What `npm run fuzz` once came upon must go well for ever, also where nobody has the time to fuzz. */
describe.each(Object.keys(targets))('the parser behind %s', (name) => {
  it('stands all that fuzzing has found', async () => {
    const target = await targetNamed(name)
    const seeds = target.seeds.map((seed) => Buffer.from(seed, 'latin1'))
    const inputs = [...seeds, ...readInputs('corpus', name), ...readInputs('finds', name)]
    for (const input of inputs) await target.run(input)
    expect(inputs.length).toBeGreaterThan(0)
  })
})
