import type { Pair } from '../api/pairs.ts'
import { commonTexts } from '../texts/common.ts'
import { Icon } from './icon.tsx'

export interface PairsEditorProps {
  readonly pairs: readonly Pair[]
  readonly onPairs: (pairs: readonly Pair[]) => void
  readonly nameLabel: string
  readonly valueLabel: string
}

/** Names with their values, any number of them. */
export function PairsEditor({ pairs, onPairs, nameLabel, valueLabel }: PairsEditorProps) {
  const change = (index: number, part: Partial<Pair>): void =>
    onPairs(pairs.map((pair, at) => (at === index ? { ...pair, ...part } : pair)))
  return (
    <div class="pairs">
      {pairs.map(({ name, value }, index) => (
        <div class="pair" key={index}>
          <input
            type="text"
            aria-label={`${nameLabel} ${index + 1}`}
            placeholder={nameLabel}
            value={name}
            onInput={(event) => change(index, { name: event.currentTarget.value })}
          />
          <input
            type="text"
            aria-label={`${valueLabel} ${index + 1}`}
            placeholder={valueLabel}
            value={value}
            onInput={(event) => change(index, { value: event.currentTarget.value })}
          />
          <button
            type="button"
            class="quiet icon-only"
            aria-label={`${commonTexts.remove} ${name}`}
            onClick={() => onPairs(pairs.filter((_, at) => at !== index))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" onClick={() => onPairs([...pairs, { name: '', value: '' }])}>
        <Icon name="plus" />
        {commonTexts.add}
      </button>
    </div>
  )
}
