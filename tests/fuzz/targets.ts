import type { FuzzTarget } from './fuzz-target.ts'

/** Loaded when asked for: a target's own modules are the only ones whose branches its run counts. */
export const targets: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  xml: async () => (await import('./targets/xml.ts')).xml,
  documents: async () => (await import('./targets/documents.ts')).documents,
  json: async () => (await import('./targets/json.ts')).json,
  chunked: async () => (await import('./targets/chunked.ts')).chunked,
  form: async () => (await import('./targets/form.ts')).form,
  'post-policy': async () => (await import('./targets/post-policy.ts')).postPolicy,
  requests: async () => (await import('./targets/requests.ts')).requests,
  signatures: async () => (await import('./targets/signatures.ts')).signatures,
  policies: async () => (await import('./targets/policies.ts')).policies,
  globs: async () => (await import('./targets/globs.ts')).globs,
  select: async () => (await import('./targets/select.ts')).select,
  rows: async () => (await import('./targets/rows.ts')).rows,
  'select-csv': async () => (await import('./targets/select-csv.ts')).selectCsv,
  'select-json': async () => (await import('./targets/select-json.ts')).selectJson,
  'select-bzip2': async () => (await import('./targets/select-bzip2.ts')).selectBzip2,
  'select-parquet': async () => (await import('./targets/select-parquet.ts')).selectParquet,
}

/** The target of that name. */
export async function targetNamed(name: string): Promise<FuzzTarget> {
  const load = targets[name]
  if (!load) throw new Error(`there is no target ${name}; there are ${Object.keys(targets).join(', ')}`)
  return load()
}
