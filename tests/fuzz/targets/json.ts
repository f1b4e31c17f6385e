import assert from 'node:assert/strict'
import { parseJson } from '../../../packages/server/src/access/policy/parse-json.ts'
import { PolicyError } from '../../../packages/server/src/access/policy/policy-error.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

/** The JSON of policies: takes what JSON.parse takes where it begins with a brace, but no member twice. */
export const json: FuzzTarget = {
  seeds: [
    '{"a":[1,2.5e-3,{"b":null}],"c":"\\u0041\\n\\"","d":{"a":true,"__proto__":{}}}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":[]},"c":[{"b":[]}]}',
  ],
  words: ['"__proto__":', '"constructor":', '\\ud800', '":', '\\u0061'],
  run(bytes) {
    const text = bytes.toString()
    const theirs = outcomeOf(
      () => JSON.parse(text) as unknown,
      () => true,
    )
    const ours = outcomeOf(
      () => parseJson(text),
      (error) => error instanceof PolicyError,
    )
    if (!ours.error) assert.deepEqual(ours.value, theirs.value)
    const mayBeTaken = text.startsWith('{') && !theirs.error && colonsOf(text) === membersOf(theirs.value)
    assert.equal(!ours.error, mayBeTaken)
  },
}

/** The members as they are written: one for each colon outside a string. */
function colonsOf(text: string): number {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length - 1
}

/** The members that are left when the last of two has won. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce<number>((sum, inner) => sum + membersOf(inner), own)
}
