import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { JsonWalk } from '../../../packages/server/src/select/records/json/json-walk.ts'
import type { InputRecord } from '../../../packages/server/src/select/records/record.ts'
import { recordWriter } from '../../../packages/server/src/select/records/write-records.ts'
import type { PathStep } from '../../../packages/server/src/select/sql/path.ts'
import { firstLine, type FuzzTarget, type Outcome, outcomeOf } from '../fuzz-target.ts'

const write = recordWriter({ kind: 'JSON', recordDelimiter: '' })

/** Records of JSON: the same whatever the pieces they come in, and what JSON.parse makes of the same text. */
export const selectJson: FuzzTarget = {
  seeds: [
    '\n{"a":[1,2.50,-3e-3,{"b":null}],"c":"\\u0041\\n\\""}\n[true,false] 12 "x"',
    'a*b\n{"a":[{"b":1},{"c":2}],"d":"]}\\"{"}\n{"A":[]}',
    '*1\n[[1,2],[3],[]]',
    '.\n{"a":{"b":9223372036854775808},"c":0.1234567890123456789}',
  ],
  words: ['[[[[', '{"a":', '"\\ud800"', '1e999', '123456789012345678', '-0.0', '\\"', '}{', ']['],
  mostBytes: 2000,
  mostStepsPerByte: 5000,
  run(bytes) {
    const [line, body] = firstLine(bytes)
    const path = Array.from(line.slice(0, 5), stepOf)
    const text = body.toString()
    const whole = taken(path, [text])
    for (const size of sizesOf(text)) {
      const other = taken(path, pieces(text, size))
      assert.equal(String(other.error), String(whole.error))
      assert.deepEqual(other.value, whole.value)
    }
    if (path.length === 0) compare(text, whole)
  },
}

function stepOf(character: string): PathStep {
  if (character === '*') return { kind: 'everyElement' }
  if (character === '.') return { kind: 'everyMember' }
  if (/\d/.test(character)) return { kind: 'index', index: Number(character) }
  return { kind: 'name', name: { text: character, isQuoted: false } }
}

function taken(path: readonly PathStep[], texts: readonly string[]): Outcome<readonly InputRecord[]> {
  const walk = new JsonWalk(path)
  return outcomeOf(
    () => [...texts.flatMap((text) => walk.take(text, false)), ...walk.take('', true)],
    (error) => error instanceof S3Error && error.status === 400,
  )
}

function compare(text: string, ours: Outcome<readonly InputRecord[]>): void {
  const theirs = outcomeOf(
    () => JSON.parse(text) as unknown,
    () => true,
  )
  if (theirs.error) return assert.ok(ours.error !== undefined || ours.value.length !== 1)
  // Too deep, or a number beyond all decimals.
  if (ours.error) return assert.match(text, /\[{100}|[{[:"\]]{500}|e[+-]?\d{9}/i)
  const [record] = ours.value
  assert.ok(record !== undefined && 'value' in record && ours.value.length === 1)
  const back = JSON.parse(write({ names: ['a'], values: [record.value] })) as { readonly a: unknown }
  // A decimal has 38 digits, of which a float may have more before its exponent.
  if (!/\d{30}/.test(text)) assert.equal(JSON.stringify(back.a), JSON.stringify(theirs.value))
}

/** A record is read anew with each of its pieces: character by character only where that does not take all the time. */
function sizesOf({ length }: string): number[] {
  return [length < 200 ? 1 : 97, 2 + (length % 17) + Math.floor(length / 20)]
}

function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    text.slice(at * size, (at + 1) * size),
  )
}
