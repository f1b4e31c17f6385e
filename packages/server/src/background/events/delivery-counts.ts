/** What became of events in this process, by destination. */
export class DeliveryCounts {
  readonly failures = new Map<string, number>()
  readonly drops = new Map<string, number>()

  failed(destination: string, attempts: number): void {
    this.failures.set(destination, (this.failures.get(destination) ?? 0) + attempts)
  }

  dropped(destination: string, events: number): void {
    this.drops.set(destination, (this.drops.get(destination) ?? 0) + events)
  }
}
