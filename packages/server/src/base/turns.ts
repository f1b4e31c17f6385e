interface Waiter {
  readonly weight: number
  go(): void
}

/**
 * Long work in pieces, so that whatever else the process has to do gets in between. A turn of the event loop has room for
 * pieces of a given weight together, and for one that is heavier; what finds no room waits for a later turn, first come,
 * first served. Whoever has many pieces asks for one after another, so that all who work get on alike.
 */
export class Turns {
  readonly #capacity: number
  readonly #waiting: Waiter[] = []
  #left: number
  #isOver = true

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#left = capacity
  }

  /** Resolves when it is this piece's turn. */
  take(weight: number): Promise<void> {
    if (this.#isOver) this.#begin()
    if (this.#waiting.length === 0 && this.#left > 0) {
      this.#left -= weight
      return DONE
    }
    return new Promise((go) => {
      this.#waiting.push({ weight, go })
    })
  }

  #begin(): void {
    this.#isOver = false
    this.#left = this.#capacity
    setImmediate(() => {
      this.#isOver = true
      if (this.#waiting.length > 0) this.#begin()
      while (this.#left > 0) {
        const next = this.#waiting.shift()
        if (!next) return
        this.#left -= next.weight
        next.go()
      }
    })
  }
}

const DONE = Promise.resolve()
