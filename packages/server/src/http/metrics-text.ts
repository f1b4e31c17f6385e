type Labels = Readonly<Record<string, string>>

/** The Prometheus text format. Source: Prometheus documentation, "Exposition formats", text format 0.0.4. */
export class MetricsText {
  readonly #lines: string[] = []

  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'

  /** Begins a metric: its samples follow. */
  family(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
  }

  sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    this.#lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`)
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
