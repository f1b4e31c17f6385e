import { Icon } from '../shared/icon.tsx'
import { frameTexts } from '../texts/frame.ts'
import { theme, THEMES } from '../shared/theme.ts'

const ICONS = { system: 'contrast', light: 'sun', dark: 'moon' } as const

/** Goes from one theme to the next. */
export function ThemeSwitch() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system'
  const label = frameTexts.theme(frameTexts.themes[theme.value])
  return (
    <button
      type="button"
      class="quiet icon-only"
      title={label}
      aria-label={label}
      onClick={() => (theme.value = next)}
    >
      <Icon name={ICONS[theme.value]} />
    </button>
  )
}
