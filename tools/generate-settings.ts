/** Writes docs/settings.md from the schema of the config: a setting that there is, is there. */
import * as z from 'zod'
import { completeConfig } from '../packages/server/src/config/config.ts'
import { configSchema } from '../packages/server/src/config/config-schema.ts'
import { settingMeanings } from './setting-meanings.ts'

interface Setting {
  readonly path: string
  /** What is expected of it, in the words of its error. */
  readonly form: string
  readonly isRequired: boolean
}

/** The settings below a schema, each after the one that it is in. */
function settingsIn(schema: unknown, path: string): Setting[] {
  if (schema instanceof z.ZodOptional) return settingsIn(schema.unwrap(), path)
  if (schema instanceof z.ZodArray) return settingsIn(schema.element, `${path}[]`)
  if (schema instanceof z.ZodRecord) return settingsIn(schema.valueType, `${path}.*`)
  if (schema instanceof z.ZodUnion)
    return unique(schema.options.flatMap((option) => settingsIn(option, path)))
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).flatMap(([name, member]) => {
    const own = path === '' ? name : `${path}.${name}`
    const isRequired = !(member instanceof z.ZodOptional)
    return [{ path: own, form: formOf(member), isRequired }, ...settingsIn(member, own)]
  })
}

/** Of several objects that a setting may be, each has some of the members; one that several have may be what it is in any. */
function unique(settings: readonly Setting[]): Setting[] {
  const byPath = Map.groupBy(settings, ({ path }) => path)
  return [...byPath.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const forms = new Set([first, ...others].map(({ form }) => form))
    return [{ ...first, form: inWords([...forms]) }]
  })
}

function inWords(forms: readonly string[]): string {
  const [last = '', ...before] = forms.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`
}

/** A list is told for by its items, where these are no objects: the errors of both say what is expected. */
function formOf(schema: unknown): string {
  if (schema instanceof z.ZodOptional) return formOf(schema.unwrap())
  if (schema instanceof z.ZodLiteral) return inWords([...schema.values].map((value) => JSON.stringify(value)))
  if (!(schema instanceof z.ZodType)) return ''
  const message = schema.safeParse(undefined).error?.issues[0]?.message ?? ''
  return message.replace(/^is missing; /, '').replace(/^expected /, '')
}

/** What is taken where nothing is said, as JSON. */
function defaultOf(path: string): string {
  let value: unknown = completeConfig({})
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return ''
    value = new Map<string, unknown>(Object.entries(value)).get(name)
  }
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
  return isPlain ? `\`${JSON.stringify(value)}\`` : ''
}

function row({ path, form, isRequired }: Setting): string {
  const meaning = settingMeanings[path]
  if (meaning === undefined) throw new Error(`tools/setting-meanings.ts does not say what ${path} means`)
  const cells = [
    `\`${path}\``,
    form.replaceAll('|', '\\|'),
    isRequired ? 'required' : defaultOf(path),
    meaning,
  ]
  return `| ${cells.join(' | ')} |`
}

export function settingsDocument(): string {
  const settings = settingsIn(configSchema, '')
  const paths = new Set(settings.map(({ path }) => path))
  const stale = Object.keys(settingMeanings).filter((path) => !paths.has(path))
  if (stale.length > 0)
    throw new Error(`tools/setting-meanings.ts knows settings that are not: ${stale.join(', ')}`)
  return [
    '# Settings',
    '',
    'Every setting of the config file, made from the schema that it is checked by (`npm run generate`). `[]` is each item of a list, `*`',
    'each name of an object. `startServer` takes the same. A setting that is not here is a mistake.',
    '',
    '| setting | what it is | default | meaning |',
    '| --- | --- | --- | --- |',
    ...settings.map(row),
    '',
  ].join('\n')
}
