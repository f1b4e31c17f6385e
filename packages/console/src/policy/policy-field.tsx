import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { bucketArn, bucketKind } from '../api/bucket-kind.ts'
import { bucketNames } from '../api/buckets.ts'
import { signedIn } from '../api/session.ts'
import { JsonField } from '../shared/json-field.tsx'
import { LineChanges } from '../shared/line-changes.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { policyTexts } from '../texts/policy.ts'
import { completePolicy } from './complete-policy.ts'
import { type PolicyKind, policyProblems } from './policy-problems.ts'

export interface PolicyFieldProps {
  readonly label: string
  readonly kind: PolicyKind
  readonly value: string
  readonly onValue: (value: string) => void
  /** As it is; what changes is shown against it. Absent for one that is yet to be. */
  readonly before?: string
  /** The bucket that it is of. */
  readonly bucket?: string | undefined
}

/** A policy to be written: with words to put in where one writes, and what is wrong with it. */
export function PolicyField({ label, kind, value, onValue, before, bucket }: PolicyFieldProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState<number | undefined>()
  const after = useRef<number | undefined>(undefined)
  const places = usePlaces(bucket)
  const completion = caret === undefined ? undefined : completePolicy(value, caret, places)
  const problems = policyProblems(value, kind)
  useLayoutEffect(() => {
    if (after.current === undefined) return
    area.current?.focus()
    area.current?.setSelectionRange(after.current, after.current)
    setCaret(after.current)
    after.current = undefined
  }, [value])
  const putIn = (word: string): void => {
    if (!completion) return
    const { start, end } = completion
    // One that goes on, with the name of a tag or a user, is written on.
    after.current = start + word.length + (/[:/]$/.test(word) ? 0 : 1)
    const closing = value[end] === '"' ? '' : '"'
    onValue(value.slice(0, start) + word + closing + value.slice(end))
  }
  const look = (): void => setCaret(area.current?.selectionStart)
  return (
    <>
      <JsonField
        label={label}
        value={value}
        onValue={onValue}
        area={{ ref: area, onKeyUp: look, onClick: look, onFocus: look }}
      />
      <div class="completions" role="group" aria-label={policyTexts.words}>
        {completion ? (
          completion.words.map((word) => (
            <button key={word} type="button" class="quiet" onClick={() => putIn(word)}>
              {word}
            </button>
          ))
        ) : (
          <span class="dim">{policyTexts.noWords}</span>
        )}
      </div>
      {problems.length > 0 && (
        <ul class="note warning problems" aria-label={policyTexts.problems}>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      {before !== undefined && <LineChanges before={before} after={value} />}
    </>
  )
}

/** What resources and principals there are: of the bucket, or of all that the account has. */
function usePlaces(bucket: string | undefined) {
  const { value: names } = useLoaded(async () => {
    if (bucket !== undefined) return [bucket]
    // Who may not list them has to type them.
    return bucketNames().catch(() => [])
  }, [bucket])
  const session = signedIn()
  const arns = (names ?? []).flatMap((name) => {
    const arn = bucketArn(name, session)
    return bucketKind(name).hasObjectArns ? [arn, `${arn}/*`] : [arn]
  })
  return {
    resources: bucket === undefined ? [...arns, '*'] : arns,
    actions: bucket === undefined ? undefined : bucketKind(bucket).policyActions,
    principals: [
      '*',
      `arn:aws:iam::${session.account}:root`,
      `arn:aws:iam::${session.account}:user/`,
      `arn:aws:iam::${session.account}:role/`,
    ],
  }
}
