import type { MetricFamily } from '../base/siblings.ts'

/** The Prometheus text format. Source: Prometheus documentation, "Exposition formats", text format 0.0.4. */
export class MetricsText {
  readonly #families = new Map<string, MetricFamily>()
  #current: MetricFamily | undefined

  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'

  get families(): readonly MetricFamily[] {
    return [...this.#families.values()]
  }

  /** Begins a metric: its samples follow. */
  family(name: string, type: MetricFamily['type'], help: string): void {
    this.#current = this.#families.get(name) ?? { name, type, help, samples: [] }
    this.#families.set(name, this.#current)
  }

  sample(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    this.#current?.samples.push({ name, labels, value })
  }

  gauge(name: string, help: string, value: number): void {
    this.family(name, 'gauge', help)
    this.sample(name, {}, value)
  }

  /** Adds what a process counted, labelled with its name. */
  addOf(owner: string, families: readonly MetricFamily[]): void {
    for (const { name: family, type, help, samples } of families) {
      this.family(family, type, help)
      for (const { name, labels, value } of samples) this.sample(name, { process: owner, ...labels }, value)
    }
  }

  toString(): string {
    return this.families.map(textOf).join('')
  }
}

function textOf({ name, type, help, samples }: MetricFamily): string {
  const lines = samples.map(
    ({ name: sample, labels, value }) => `${sample}${textOfLabels(labels)} ${value}\n`,
  )
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function textOfLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
