const WIDTH = 30

/** One line that is written over and over: `[####------] 40 %  1.2 GB of 3.0 GB`. Silent where no terminal shows it. */
export class ProgressBar {
  readonly #output: NodeJS.WriteStream
  #shown = ''

  constructor(output: NodeJS.WriteStream) {
    this.#output = output
  }

  show(share: number, text: string): void {
    if (!this.#output.isTTY) return
    const line = barLine(share, text)
    if (line === this.#shown) return
    this.#shown = line
    this.#output.write(`\r\u001b[K${line}`)
  }

  /** Takes the line away, so that what follows stands alone. */
  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K')
  }
}

function barLine(share: number, text: string): string {
  const part = Math.min(Math.max(share, 0), 1)
  const filled = Math.floor(part * WIDTH)
  const percent = String(Math.floor(part * 100)).padStart(3)
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${percent} %  ${text}`
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']

/** `1.2 GB`, in powers of 1,000. */
export function byteText(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}
