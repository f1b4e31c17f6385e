export interface ChangedLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** What became of a text, line by line, by the longest common sequence. For texts of hundreds of lines. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const old = linesOf(before)
  const lines = linesOf(after)
  // lengths[i][j]: of the longest common sequence of what follows.
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(lines.length + 1))
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = lines.length - 1; j >= 0; j -= 1) {
      const row = lengths[i]
      if (row) row[j] = old[i] === lines[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  const changes: ChangedLine[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < lines.length) {
    if (i < old.length && old[i] === lines[j]) changes.push({ kind: 'same', text: lines[j++] ?? '' })
    else if (i < old.length && (j === lines.length || at(i + 1, j) >= at(i, j + 1))) {
      changes.push({ kind: 'removed', text: old[i] ?? '' })
    } else {
      changes.push({ kind: 'added', text: lines[j++] ?? '' })
      continue
    }
    i += 1
  }
  return changes
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}
