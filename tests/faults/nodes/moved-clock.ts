/** Loaded into a process (`--import`) it moves its clock by so many milliseconds. */
const offset = Number(process.env['HOLDFAST_TEST_CLOCK_MILLISECONDS'])
const System = Date

class MovedDate extends System {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [MovedDate.now()] : given) as [number]))
  }

  static override now(): number {
    return System.now() + offset
  }
}

globalThis.Date = MovedDate as DateConstructor
