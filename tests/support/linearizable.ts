/** Something that a client did to one register, as that client saw it. */
export interface Operation {
  readonly beganAt: number
  /** Absent where no answer tells: it may take effect at any time after it began, or never. */
  readonly endedAt?: number | undefined
  /** What the register held. */
  readonly sees?: string
  /** What it did not hold. */
  readonly seesNot?: string
  /** What it holds afterwards. */
  readonly writes?: string
}

/** A point of the search: what has taken effect so far, and what that left. */
interface Point {
  /** All known ones before have taken effect. */
  readonly base: number
  /** Those behind that have, too, in order. */
  readonly beyond: readonly number[]
  readonly unknown: bigint
  readonly held: string
}

const MOST_POINTS = 2_000_000

/**
 * Whether there is one order of the operations, each taking effect at some moment between its beginning and its end, in which every client saw
 * what it saw. After Wing and Gong, "Testing and Verifying Concurrent Objects" (1993), with a memory of the points that were tried (Lowe,
 * "Testing for linearizability", 2017).
 */
export function isLinearizable(initial: string, operations: readonly Operation[]): boolean {
  const inOrder = operations.toSorted((one, other) => one.beganAt - other.beganAt)
  const known = inOrder.filter(({ endedAt }) => endedAt !== undefined)
  const unknown = withoutStrangers(inOrder).filter(
    ({ endedAt, writes }) => endedAt === undefined && writes !== undefined,
  )
  const tried = new Set<string>()
  const open: Point[] = [{ base: 0, beyond: [], unknown: 0n, held: initial }]
  for (let point = open.pop(); point; point = open.pop()) {
    if (point.base === known.length) return true
    const name = `${point.base} ${point.beyond.join()} ${point.unknown} ${point.held}`
    if (tried.has(name)) continue
    if (tried.size === MOST_POINTS) throw new Error('too much happened at once to tell')
    tried.add(name)
    open.push(...nextOf(point, known, unknown))
  }
  return false
}

/** What one wrote of whom no answer tells, and nobody ever saw, is as good as anything else that nobody saw. */
function withoutStrangers(operations: readonly Operation[]): Operation[] {
  const known = new Set(operations.flatMap(({ sees, seesNot }) => [sees, seesNot]))
  return operations.map((operation) =>
    operation.endedAt !== undefined || known.has(operation.writes)
      ? operation
      : { ...operation, writes: 'what nobody saw' },
  )
}

function nextOf(point: Point, known: readonly Operation[], unknown: readonly Operation[]): Point[] {
  const done = new Set(point.beyond)
  // Whatever takes effect next began before any that is still to come has ended.
  let firstEnd = Infinity
  const candidates: (readonly [index: number, operation: Operation])[] = []
  for (let index = point.base; index < known.length; index++) {
    const operation = known[index]
    if (!operation || operation.beganAt > firstEnd) break
    if (done.has(index)) continue
    firstEnd = Math.min(firstEnd, operation.endedAt ?? Infinity)
    candidates.push([index, operation])
  }
  const begun = unknown.filter(({ beganAt }) => beganAt <= firstEnd)
  // The last is tried first.
  return candidates.toReversed().flatMap(([index, operation]) => {
    if (operation.beganAt > firstEnd) return []
    const moved = without(point, index)
    return waysTo(operation, point, begun).map((way) => ({
      ...moved,
      unknown: way.unknown,
      held: operation.writes ?? way.held,
    }))
  })
}

type Way = Pick<Point, 'unknown' | 'held'>

/**
 * How an operation can come to see what it saw. Those without an answer take effect where one needs it and not before: whoever does not need
 * them sees the same without them, and they may come later still.
 */
function waysTo({ sees, seesNot }: Operation, from: Way, begun: readonly Operation[]): Way[] {
  if (sees !== undefined && sees !== from.held) return waysToHold(sees, from, begun)
  if (seesNot === undefined || seesNot !== from.held) return [from]
  return firstOfEach(begun, from).flatMap(([index, operation]) => {
    const isPossible = operation.sees === undefined || operation.sees === from.held
    const held = operation.writes ?? from.held
    return isPossible && held !== seesNot ? [use(from, index, held)] : []
  })
}

function waysToHold(wanted: string, from: Way, begun: readonly Operation[]): Way[] {
  return firstOfEach(begun, from).flatMap(([index, operation]) => {
    if (operation.writes !== wanted) return []
    const used = use(from, index, from.held)
    return waysTo(operation, used, begun).map((way) => ({ ...way, held: wanted }))
  })
}

/** Of those that would do the same the one that began first: the others may come later. */
function firstOfEach(begun: readonly Operation[], { unknown }: Way): [index: number, operation: Operation][] {
  const first = new Map<string, [number, Operation]>()
  for (const [index, operation] of begun.entries()) {
    const isUsed = ((unknown >> BigInt(index)) & 1n) === 1n
    const does = `${operation.sees} ${operation.writes}`
    if (!isUsed && !first.has(does)) first.set(does, [index, operation])
  }
  return [...first.values()]
}

function use({ unknown }: Way, index: number, held: string): Way {
  return { unknown: unknown | (1n << BigInt(index)), held }
}

function without({ base, beyond }: Point, index: number): Pick<Point, 'base' | 'beyond'> {
  const after = [...beyond, index].toSorted((one, other) => one - other)
  let first = base
  while (after[0] === first) {
    after.shift()
    first++
  }
  return { base: first, beyond: after }
}
