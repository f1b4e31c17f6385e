/** What the changelog says of a version: what stands below `## VERSION`, which a date may follow. Undefined where it says nothing. */
export function changelogSection(changelog: string, version: string): string | undefined {
  const section = changelog
    .split(/^## /m)
    .find((text) => text.startsWith(version) && /^\s/.test(text.slice(version.length)))
  const text = section?.slice(section.indexOf('\n')).trim()
  return text ? `${text}\n` : undefined
}
