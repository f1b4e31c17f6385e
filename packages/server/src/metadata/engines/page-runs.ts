/** Pages that one read brings, those between them included. */
export interface PageRun {
  /** Inclusive. */
  readonly start: number
  /** Exclusive. */
  end: number
  readonly places: { readonly place: number; readonly number: number }[]
}

/** To read so many pages more costs less than another read. */
const MOST_BETWEEN = 2
const MOST_PAGES = 128

/** How to read pages, which may be anywhere in a file, in few reads. `place` is that in `numbers`. */
export function runsOf(numbers: readonly number[]): PageRun[] {
  const sorted = numbers.map((number, place) => ({ place, number })).toSorted((a, b) => a.number - b.number)
  const runs: PageRun[] = []
  for (const found of sorted) {
    const last = runs.at(-1)
    if (last && found.number - last.end <= MOST_BETWEEN && found.number - last.start < MOST_PAGES) {
      last.end = found.number + 1
      last.places.push(found)
    } else runs.push({ start: found.number, end: found.number + 1, places: [found] })
  }
  return runs
}
