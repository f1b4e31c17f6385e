import type { ModelDocument } from '../../packages/server/src/model/operation-model.ts'
import type { QueryModel } from '../../packages/server/src/model/query-model.ts'

/** `*.gen.json`: one operation, structure or enum a line, so that a difference can be read. */
export function writeModel(model: ModelDocument | QueryModel): string {
  const sections = Object.entries(model).map(([section, entries]) => {
    if (typeof entries === 'string') return `${JSON.stringify(section)}:${JSON.stringify(entries)}`
    const lines = Object.entries(entries as Record<string, unknown>).map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    )
    return `${JSON.stringify(section)}:{\n${lines.join(',\n')}\n}`
  })
  return `{\n${sections.join(',\n')}\n}\n`
}
