import assert from 'node:assert/strict'
import { JsonFault, readJson } from '../../../packages/server/src/base/read-json.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

/** Why a text that JSON.parse takes may be refused. */
const OWN_REASONS = /given twice|a string that is none|too large|too deeply/

/** The reader of JSON: makes of a text what JSON.parse makes of it, and takes no member twice. */
export const json: FuzzTarget = {
  seeds: [
    '{"a":[1,2.5e-3,{"b":null}],"c":"\\u0041\\n\\"","d":{"a":true,"__proto__":{}}}',
    '{"a":1,"\\u0061":2}',
    '{"a":{"b":[]},"c":[{"b":[]}]}',
    ' [ -0 , 1e308 , "" , false ]\n',
    '"\\ud83d\\ude00"',
  ],
  words: ['"__proto__":', '"constructor":', '\\ud800', '":', '\\u0061', '1e999', '[[[['],
  run(bytes) {
    const text = bytes.toString()
    const theirs = outcomeOf(
      () => JSON.parse(text) as unknown,
      () => true,
    )
    const ours = outcomeOf(
      () => readJson(text),
      (error) => error instanceof JsonFault,
    )
    if (theirs.error) return assert.ok(ours.error)
    const reason = ours.error?.message ?? ''
    if (ours.error) assert.match(reason, OWN_REASONS)
    else assert.equal(JSON.stringify(ours.value), JSON.stringify(theirs.value))
    const isDoubled = colonsOf(text) !== membersOf(theirs.value)
    if (reason.endsWith('given twice')) assert.ok(isDoubled)
    if (isDoubled) assert.ok(ours.error)
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
