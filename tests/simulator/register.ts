/** A write of a register: begun at one event and over by another, as far as that is known. */
export interface Write<Value> {
  readonly value: Value
  readonly began: number
  /** By then it has happened or will never happen. */
  over: number
  isAcknowledged: boolean
}

/**
 * One thing that many write, and what it may hold: whatever was written last, in one of the orders that those who wrote
 * could have seen. A write that was acknowledged rules out all that were over when it began.
 */
export class Register<Value> {
  #writes: Write<Value>[]

  constructor(value: Value) {
    this.#writes = [{ value, began: -1, over: -1, isAcknowledged: true }]
  }

  begin(value: Value, now: number): Write<Value> {
    const write = { value, began: now, over: Infinity, isAcknowledged: false }
    this.#writes.push(write)
    return write
  }

  acknowledge(write: Write<Value>, now: number): void {
    write.isAcknowledged = true
    write.over = now
  }

  /** It has not happened, and never will. */
  refuse(write: Write<Value>): void {
    this.#writes = this.#writes.filter((other) => other !== write)
  }

  /** Whatever was under way has happened by now or never will. */
  closeAll(now: number): void {
    for (const write of this.#writes) write.over = Math.min(write.over, now)
  }

  candidates(): Set<Value> {
    const isRuledOut = ({ over }: Write<Value>): boolean =>
      this.#writes.some((later) => later.isAcknowledged && later.began > over)
    return new Set(this.#writes.filter((write) => !isRuledOut(write)).map(({ value }) => value))
  }

  /** Everything that it may hold or have held since it was last settled. */
  everything(): Set<Value> {
    return new Set(this.#writes.map(({ value }) => value))
  }

  /** It has been looked at, with nothing under way. */
  settle(value: Value): void {
    this.#writes = [{ value, began: -1, over: -1, isAcknowledged: true }]
  }
}
