import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { Warning } from './warning.tsx'

export interface JsonFieldProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly area?: JSX.IntrinsicElements['textarea']
}

/** A JSON document to be written by hand; says where it is none. */
export function JsonField({ label, value, onValue, area }: JsonFieldProps) {
  const id = useId()
  const problem = jsonProblem(value)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        {...area}
        id={id}
        rows={Math.min(24, Math.max(6, value.split('\n').length + 1))}
        spellcheck={false}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {problem !== undefined && <Warning text={commonTexts.notJson(problem)} />}
    </div>
  )
}

/** Why a text is no JSON; `undefined` where it is, or is empty. */
export function jsonProblem(text: string): string | undefined {
  if (text === '') return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
