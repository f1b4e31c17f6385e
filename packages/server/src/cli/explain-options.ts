import { InvalidArgumentError } from 'commander'

/** `holdfast explain`, as it was asked for. */
export interface ExplainOptions {
  /** The same as `principal`, of which one has to be there. */
  readonly as?: string
  readonly principal?: string
  readonly sessionPolicy?: readonly string[]
  readonly federatedBy?: string
  readonly action: string
  readonly resource: string
  readonly versionId?: string
  readonly context: Context
  readonly data: string
  readonly config?: string
  readonly json?: true
}

/** Condition keys and their values. */
export type Context = Readonly<Record<string, readonly string[]>>

/** One more of `--context KEY=VALUE`; a key that comes again has several values. */
export function addContext(text: string, others: Context): Context {
  const mark = text.indexOf('=')
  if (mark < 1) throw new InvalidArgumentError('Write KEY=VALUE, for example aws:SourceIp=203.0.113.5.')
  const key = text.slice(0, mark)
  return { ...others, [key]: [...(others[key] ?? []), text.slice(mark + 1)] }
}
