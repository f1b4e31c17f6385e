interface Going<Item, Outcome> {
  /** How many are under way at the most. */
  readonly atOnce: number
  /** Asked before each but the first; what is under way is waited for. */
  readonly mayGoOn: () => boolean
  readonly run: (item: Item) => Promise<Outcome>
}

interface Came<Outcome> {
  /** Of the first so many items. */
  readonly outcomes: readonly Outcome[]
  /** Why the next one has none: of those behind it, what was under way is to be run again. */
  readonly trouble: { readonly cause: unknown } | undefined
}

/** Runs items in their order, several at once, until one throws. */
export async function inOrder<Item, Outcome>(
  items: readonly Item[],
  { atOnce, mayGoOn, run }: Going<Item, Outcome>,
): Promise<Came<Outcome>> {
  const came: ({ readonly outcome: Outcome } | { readonly cause: unknown })[] = []
  let [begun, isTroubled] = [0, false]
  const lane = async (): Promise<void> => {
    for (;;) {
      const item = items[begun]
      if (item === undefined || isTroubled || (begun > 0 && !mayGoOn())) return
      const at = begun++
      try {
        came[at] = { outcome: await run(item) }
      } catch (cause) {
        came[at] = { cause }
        isTroubled = true
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const outcomes: Outcome[] = []
  for (const each of came) {
    if ('cause' in each) return { outcomes, trouble: each }
    outcomes.push(each.outcome)
  }
  return { outcomes, trouble: undefined }
}
