import { useState } from 'preact/hooks'
import { type Change, type Effect, previewChanges } from '../api/administration.ts'
import { ApiError } from '../api/api-error.ts'
import { signedIn } from '../api/session.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { useActing } from '../shared/use-acting.ts'
import { previewTexts } from '../texts/preview.ts'
import { type Asked, type AskedQuestion, previewQuestions } from './preview-questions.ts'

/** A change that is to be looked at, whom it may be about, and what. */
export interface Previewed {
  readonly changes: readonly Change[]
  readonly principals: readonly string[]
  readonly resources: readonly Asked[]
}

export interface ChangePreviewProps {
  /** Asked for when somebody wants to see it. */
  readonly change: () => Previewed | Promise<Previewed>
  /** As it is edited: what is shown is of the very text. */
  readonly of: string
}

/** What a change would do that is not saved: who may then do what they could not, and who no longer. */
export function ChangePreview({ change, of }: ChangePreviewProps) {
  const [more, setMore] = useState('')
  const [shown, setShown] = useState<{
    readonly of: string
    readonly effects?: readonly TextedEffect[]
    readonly error?: unknown
  }>()
  const { isBusy, act } = useActing(() => undefined)
  const look = async (): Promise<void> => {
    try {
      const { changes, principals, resources } = await change()
      const others = more.trim() === '' ? [] : [more.trim()]
      const questions = previewQuestions([...others, ...principals], resources)
      setShown({ of, effects: questions.length === 0 ? [] : await effectsOf(changes, questions) })
    } catch (error) {
      setShown({ of, error })
    }
  }
  const isOf = shown?.of === of
  return (
    <div class="change-preview">
      <Field label={previewTexts.more} hint={previewTexts.moreHint} value={more} onValue={setMore} />
      <button type="button" disabled={isBusy} onClick={() => act(look)}>
        {previewTexts.show}
      </button>
      <div role="status">{isOf && shown.effects && <Effects effects={shown.effects} />}</div>
      {isOf && shown.error !== undefined && <ErrorNote error={told(shown.error)} />}
    </div>
  )
}

/** What becomes of one question, and what it is called. */
interface TextedEffect extends Effect {
  readonly text: string
}

async function effectsOf(
  changes: readonly Change[],
  questions: readonly AskedQuestion[],
): Promise<readonly TextedEffect[]> {
  const texts = questions.map(({ text }) => text)
  const effects = await previewChanges(
    changes,
    questions.map(({ principal, action, resource, context }) => ({ principal, action, resource, context })),
  )
  return effects.map((effect, index) => ({ ...effect, text: texts[index] ?? effect.action }))
}

/** Access is denied to the change itself, which is not made: there may be another reason than who asks. */
function told(error: unknown): unknown {
  return error instanceof ApiError && error.code === 'AccessDenied' ? new Error(previewTexts.refused) : error
}

function Effects({ effects }: { readonly effects: readonly TextedEffect[] }) {
  const people = Map.groupBy(effects, ({ principal }) => principal)
  const same: string[] = []
  const rows = [...people].flatMap(([principal, own]) => {
    const name = nameOf(principal)
    if (own.some(({ error }) => error !== undefined)) return [<li key={name}>{previewTexts.untold(name)}</li>]
    const changed = own.filter(({ before, after }) => before !== after)
    if (changed.length === 0) same.push(name)
    return changed.length === 0 ? [] : [<Person key={name} name={name} changed={changed} />]
  })
  return (
    <section class="explanations" aria-label={previewTexts.title}>
      {rows.length > 0 && <ul class="plain-list">{rows}</ul>}
      {rows.length === 0 && <p class="dim">{previewTexts.nobody}</p>}
      {same.length > 0 && <p class="dim">{previewTexts.same(same.join(', '))}</p>}
    </section>
  )
}

function Person({ name, changed }: { readonly name: string; readonly changed: readonly TextedEffect[] }) {
  return (
    <li>
      <span>
        <strong>{name}</strong>
        {[true, false].map((gains) => (
          <Part key={String(gains)} gains={gains} effects={changed.filter(({ after }) => after === gains)} />
        ))}
      </span>
    </li>
  )
}

function Part({ gains, effects }: { readonly gains: boolean; readonly effects: readonly TextedEffect[] }) {
  if (effects.length === 0) return null
  const byResource = Map.groupBy(effects, ({ resource }) => resource)
  const texts = [...byResource].map(([resource, own]) =>
    previewTexts.of(own.map(({ text }) => text).join(', '), resource.slice(resource.lastIndexOf(':') + 1)),
  )
  return (
    <span>
      {' '}
      <span class={gains ? 'yes' : 'no'}>{gains ? previewTexts.gains : previewTexts.loses}</span>:{' '}
      {texts.join('; ')}
    </span>
  )
}

function nameOf(principal: string): string {
  if (principal === 'anonymous') return previewTexts.anybody
  return principal === signedIn().account ? previewTexts.thisAccount : principal
}
