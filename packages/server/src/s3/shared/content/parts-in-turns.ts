import { Turns } from '../../../base/turns.ts'

/** As many parts as are read, checked or written in a millisecond or two. */
export const PARTS_A_TURN = 100
const turns = new Turns(PARTS_A_TURN)

/** Resolves when so many parts may be worked on: now, or after whatever else the process has to do. */
export function turnOfParts(count: number): Promise<void> {
  return turns.take(count)
}

/** Parts, or what stands for them, in slices with a turn for each: there may be 10,000, and each costs some 10 µs. */
export async function* partsInTurns<Part>(parts: readonly Part[]): AsyncGenerator<readonly Part[]> {
  for (let start = 0; start < parts.length; start += PARTS_A_TURN) {
    const slice = parts.slice(start, start + PARTS_A_TURN)
    await turns.take(slice.length)
    yield slice
  }
}
