import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

const KEPT_AS = 'holdfast.theme'

export const theme = signal<Theme>(keptTheme())

const dark = matchMedia('(prefers-color-scheme: dark)')

/** Whether the system is dark, for what draws by itself. */
export const isDark = signal(dark.matches)

dark.addEventListener('change', () => (isDark.value = dark.matches))

/** The stylesheet does the rest; what was chosen is kept in this browser. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value
    localStorage.setItem(KEPT_AS, theme.value)
  })
}

function keptTheme(): Theme {
  const kept = localStorage.getItem(KEPT_AS)
  return THEMES.find((known) => known === kept) ?? 'system'
}
