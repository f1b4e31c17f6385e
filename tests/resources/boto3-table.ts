import type { Boto3Definitions, ResourceDefinition } from './boto3-definitions.ts'
import { type Member, publicMembers } from './package-members.ts'

export interface TableRow {
  readonly resource: string
  readonly kind: string
  /** What boto3 calls it. */
  readonly boto3: string
  /** What it is called here; `undefined` where it is not. */
  readonly here: string | undefined
  /** Why it is called otherwise, or is not. */
  readonly reason: string | undefined
}

/** Where a class is not called what boto3 calls it. */
const CLASSES = new Map([
  ['ServiceResource', 'S3'],
  ['Object', 'S3Object'],
])

/** Names that do not follow from boto3's, or that are left out, each with its reason. */
const EXCEPTIONS = new Map<string, { here?: string; reason: string }>([
  ['ssekms_key_id', { here: 'sseKmsKeyId', reason: 'boto3 ran two abbreviations together' }],
  ['meta', { here: 'client', reason: '`meta.client` is `client`, `meta.data` is `data`' }],
  ['get_available_subresources', { reason: 'the types list them, and the editor shows them' }],
])

const NO_COLLECTION = 'no collection of boto3 has items of this class; `bucket.objects` has summaries'

export function className(resource: string): string {
  return CLASSES.get(resource) ?? resource
}

/** `e_tag` is `eTag`; what begins with a capital stays. */
export function camelCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export function nameHere(boto3Name: string): string | undefined {
  const exception = EXCEPTIONS.get(boto3Name)
  return exception ? exception.here : camelCase(boto3Name)
}

/** Every member of boto3's resources beside what it is here. */
export function tableOf({ resources }: Boto3Definitions): TableRow[] {
  return Object.entries(resources).flatMap(([resource, definition]) => [
    ...definition.members.map((member) => rowOf(resource, definition, member)),
    ...Object.keys(definition.batchActions).map((action) => batchRow(resource, action)),
  ])
}

function rowOf(resource: string, definition: ResourceDefinition, boto3Name: string): TableRow {
  const kind = kindOf(definition, boto3Name)
  const name = nameHere(boto3Name)
  const found = publicMembers(className(resource)).find((member) => member.name === name)
  const fits = found && hasForm(found, kind)
  const reason = EXCEPTIONS.get(boto3Name)?.reason
  return { resource, kind, boto3: boto3Name, here: fits ? name : undefined, reason }
}

function kindOf(definition: ResourceDefinition, name: string): string {
  if (definition.identifiers.includes(name)) return 'identifier'
  if (name in definition.attributes) return 'attribute'
  if (name in definition.actions) return 'action'
  if (name in definition.collections) return 'collection'
  if (name in definition.waiters) return 'waiter'
  if (/^[A-Z]/.test(name)) return 'sub-resource'
  return name === 'meta' ? 'property' : 'method'
}

function hasForm({ kind }: Member, boto3Kind: string): boolean {
  switch (boto3Kind) {
    case 'identifier':
      return kind === 'property'
    case 'property':
    case 'attribute':
    case 'collection':
      return kind === 'getter'
    default:
      return kind === 'method'
  }
}

const COLLECTION_OF = new Map([
  ['ObjectSummary', 'bucket.objects'],
  ['ObjectVersion', 'bucket.objectVersions'],
])

function batchRow(resource: string, action: string): TableRow {
  const collection = COLLECTION_OF.get(resource)
  const method = publicMembers('DeletableCollection').find(({ name }) => name === camelCase(action))
  return {
    resource,
    kind: 'batch action',
    boto3: action,
    here: collection && method && `${collection}.${method.name}`,
    reason: collection === undefined ? NO_COLLECTION : undefined,
  }
}

/** The table as Markdown. */
export function tableText(rows: readonly TableRow[], version: string): string {
  const lines = rows.map(
    ({ resource, kind, boto3, here, reason }) =>
      `| ${resource} | ${kind} | \`${boto3}\` | ${here === undefined ? '—' : `\`${here}\``} | ${reason ?? ''} |`,
  )
  return [
    '# boto3 beside this package',
    '',
    `Every member of the S3 resources of boto3 ${version}, by its own definitions, and what it is called here.`,
    'A test writes this table; it fails where something is missing without a reason.',
    '',
    '| boto3 resource | kind | boto3 | here | why |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}
