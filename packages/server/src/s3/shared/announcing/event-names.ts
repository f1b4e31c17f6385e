/** Every event type that a configuration may name. Source: S3 User Guide, "Event notification types and destinations". */
const EVENT_TYPES = [
  's3:IntelligentTiering',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:LifecycleTransition',
  's3:ObjectAcl:Put',
  's3:ObjectAnnotation:Delete',
  's3:ObjectAnnotation:Put',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Put',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:ObjectRestore:Completed',
  's3:ObjectRestore:Delete',
  's3:ObjectRestore:Post',
  's3:ObjectRetention:Put',
  's3:ObjectTagging:Delete',
  's3:ObjectTagging:Put',
  's3:ReducedRedundancyLostObject',
  's3:Replication:OperationFailedReplication',
  's3:Replication:OperationMissedThreshold',
  's3:Replication:OperationNotTracked',
  's3:Replication:OperationReplicatedAfterThreshold',
] as const

type EventType = (typeof EVENT_TYPES)[number]

/** What happens in this server, as messages name it. The other types may be asked for; nothing here causes them. */
export type EventName = Exclude<
  EventType extends `s3:${infer Name}` ? Name : never,
  'ReducedRedundancyLostObject' | 'Replication:OperationNotTracked'
>

/** The groups that have a wildcard: those with more than one type. */
const WILDCARDS = [
  's3:LifecycleExpiration:*',
  's3:ObjectAnnotation:*',
  's3:ObjectCreated:*',
  's3:ObjectRemoved:*',
  's3:ObjectRestore:*',
  's3:ObjectTagging:*',
  's3:Replication:*',
]

const TYPES_BY_ELEMENT: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...EVENT_TYPES.map((type): [string, string[]] => [type, [type]]),
  ...WILDCARDS.map((wildcard): [string, string[]] => [wildcard, typesOf(wildcard)]),
])

function typesOf(wildcard: string): string[] {
  return EVENT_TYPES.filter((type) => type.startsWith(wildcard.slice(0, -1)))
}

/** The types that an `Event` element stands for; `undefined` where it is none. */
export function eventTypesOf(element: string): readonly string[] | undefined {
  return TYPES_BY_ELEMENT.get(element)
}
