import { expect, it } from 'vitest'
import { changelogSection } from './changelog-section.ts'

const CHANGELOG =
  '# Changelog\n\nHow.\n\n## Unreleased\n\n## 1.2.0 (2026-11-28)\n\n- New.\n\n## 1.2.0-rc.1\n\n- Old.\n'

it.each([
  ['1.2.0', '- New.\n'],
  ['1.2.0-rc.1', '- Old.\n'],
  ['1.2', undefined],
  ['Unreleased', undefined],
  ['2.0.0', undefined],
])('of %s the changelog says what stands below it', (version, text) => {
  expect(changelogSection(CHANGELOG, version)).toBe(text)
})
