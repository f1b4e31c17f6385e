/** How many parts of all files are on their way, and in memory, at once. */
const SLOTS = 4

let free = SLOTS
const waiting: (() => void)[] = []

/** Runs once there is a slot, those who came first first. */
export async function inSlot<T>(run: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await run()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
}
