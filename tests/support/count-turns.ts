/** How many turns of the event loop went by while something ran: how often others could have had theirs. */
export async function countTurns<Result>(
  work: () => Promise<Result>,
): Promise<{ turns: number; result: Result }> {
  let turns = 0
  let isRunning = true
  const next = (): void => {
    turns++
    if (isRunning) setImmediate(next)
  }
  setImmediate(next)
  try {
    const result = await work()
    return { turns, result }
  } finally {
    isRunning = false
  }
}
