import { useId } from 'preact/hooks'

export interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  /** What each value is called. */
  readonly options: Readonly<Record<Value, string>>
  readonly onValue: (value: Value) => void
  readonly hint?: string
}

/** One of a few. */
export function Choice<Value extends string>({ label, value, options, onValue, hint }: ChoiceProps<Value>) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value as Value)}>
        {Object.entries<string>(options).map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  )
}
